"""``python -m huashu_api.cli``."""

from huashu_api.cli.main import main

main()
