"""The command line as a whole: its commands, its exit codes, and what it loads for each."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

import huashu
from commands import run
from huashu import ArtifactError, HuashuError, InputError
from huashu_api.cli import exits
from huashu_api.cli.main import COMMANDS
from huashu_api.errors import OutputError
from texts import LURE, PLAIN

pytestmark = pytest.mark.slow


def test_the_version_is_said_in_one_place() -> None:
    assert version("huashu") == huashu.__version__
    assert run("--version").stdout == f"huashu, version {huashu.__version__}\n"


def test_help_lists_every_command_with_what_it_does() -> None:
    listed = run("--help").stdout.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    assert [line.split()[0] for line in listed] == sorted(COMMANDS)
    assert all(len(line.split()) > 3 for line in listed)


def test_wrong_usage_has_its_code() -> None:
    unknown = run("chekc")
    assert (unknown.returncode, "No such command 'chekc'" in unknown.stderr) == (2, True)
    assert run("check", "--no-such-option").returncode == 2


@pytest.mark.parametrize(
    ("error", "code"),
    [(InputError, 3), (HuashuError, 3), (ArtifactError, 4), (OutputError, 5)],
    ids=["input", "any other", "artifact", "output"],
)
def test_each_kind_of_error_has_its_code(error: type[HuashuError], code: int) -> None:
    assert exits.code_of(error("what is wrong")) == code


TRAINING = ("sklearn", "scipy", "joblib", "matplotlib", "jinja2", "cleanlab", "huashu_training.train")
SERVICE = ("fastapi", "uvicorn", "sqlalchemy", "pydantic_settings", "httpx2")
FILES = ("pyarrow", "pandas")
OTHERS = ("huashu_training", "huashu_corpora", "huashu_api.batch.run")

WITHOUT = """
import sys
unwanted, sys.argv[1:] = sys.argv[1].split(","), sys.argv[2:]
sys.modules.update(dict.fromkeys(unwanted))  # importing what is None here fails
from huashu_api.cli.main import main
main()
"""


NOT_NEEDED: list[tuple[list[str], tuple[str, ...]]] = [
    (["--version"], ("rich", *TRAINING, *SERVICE, *FILES, *OTHERS)),
    (["--help"], (*TRAINING, *SERVICE, *FILES)),
    (["check", "text.txt"], (*TRAINING, *SERVICE, *FILES, *OTHERS)),
    (["check", "--json", "text.txt"], ("rich", *TRAINING, *SERVICE, *FILES, *OTHERS)),
    (["score", "text.txt", "-o", "out.csv"], (*TRAINING, *SERVICE, *FILES, "huashu_training", "huashu_corpora")),
    (["drift", "many.txt", "many.txt"], (*TRAINING, *SERVICE, *FILES)),
    (["corpora", "stats"], (*TRAINING, *SERVICE, *FILES, "huashu_training", "huashu_api.batch.run")),
    (["train", "--help"], (*TRAINING, *SERVICE, *FILES)),
    (["evaluate", "--help"], (*TRAINING, *SERVICE, *FILES)),
    (["serve", "--help"], (*TRAINING, *SERVICE, *FILES, *OTHERS)),
]
"""Command lines, and what has not to be there for them."""


@pytest.mark.parametrize(("arguments", "unwanted"), NOT_NEEDED, ids=[" ".join(line) for line, _ in NOT_NEEDED])
def test_a_command_loads_only_what_it_needs(arguments: list[str], unwanted: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text(LURE, encoding="utf-8")
    (tmp_path / "many.txt").write_text(f"{LURE}\n{PLAIN}\n" * 20, encoding="utf-8")
    command = [sys.executable, "-c", WITHOUT, ",".join(unwanted), *arguments]
    done = subprocess.run(command, capture_output=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr.decode()
