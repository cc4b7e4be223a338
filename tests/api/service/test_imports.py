"""What serves does not import what trains, and the model nothing of the service."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [("huashu", ("fastapi", "sqlalchemy")), ("huashu_api.service.app", ("sklearn", "joblib", "huashu_training"))],
)
def test_what_is_not_needed_is_not_imported(module: str, unwanted: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print([name for name in {unwanted!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
