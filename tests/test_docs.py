"""The documentation is executed: README code runs, every command and option is described, links lead somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from commands import HUASHU
from huashu_api.cli.main import COMMANDS, cli
from huashu_api.ingest.calls.forms import FORMS
from texts import ROOT

pytestmark = pytest.mark.slow

README = (ROOT / "README.md").read_text(encoding="utf-8")
README_ZH = (ROOT / "README.zh-CN.md").read_text(encoding="utf-8")
PYTHON_BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("code", PYTHON_BLOCKS, ids=range(len(PYTHON_BLOCKS)))
def test_python_of_the_readme_runs_and_prints_what_it_says(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    promised = [line.split("# prints: ")[1] for line in code.splitlines() if "# prints: " in line]
    assert done.stdout.splitlines() == promised


def all_commands() -> dict[str, click.Command]:
    """Every command with its full name, those of groups included."""
    found: dict[str, click.Command] = {}
    for name in COMMANDS:
        command = cli.get_command(click.Context(cli), name)
        assert command, name
        if isinstance(command, click.Group):
            found |= {f"{name} {inner}": member for inner, member in command.commands.items()}
        else:
            found[name] = command
    return found


def test_every_command_is_in_the_readme() -> None:
    for name in all_commands():
        assert f"huashu {name}" in README, name
        assert f"huashu {name}" in README_ZH, name


def test_every_command_and_option_explains_itself() -> None:
    for name, command in all_commands().items():
        assert command.help, name
        for option in command.params:
            if option.param_type_name == "option":
                assert getattr(option, "help", None), f"{name} {option.name}"


def test_commands_shown_in_the_readme_exist() -> None:
    for command in re.findall(r"^\$? ?huashu (\w+)", README, re.MULTILINE):
        assert command in COMMANDS


@pytest.mark.parametrize(
    "page", [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda p: p.name
)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name}: {target}"


def test_shown_outputs_are_what_the_commands_print() -> None:
    """Each ```console block of the README: a command and exactly what it prints."""
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        command, _, output = block.partition("\n")
        arguments = command.removeprefix("$ huashu ").split()
        done = subprocess.run(
            [*HUASHU, *arguments],
            cwd=ROOT,
            capture_output=True,
            check=True,
            env={**os.environ, "COLUMNS": "100"},
        )
        assert [line.rstrip() for line in done.stdout.decode().splitlines()] == output.rstrip("\n").splitlines()


FIGURES = re.compile(r"^\|.*\|\s*[-+]?\d*\.\d+\s?%?\s*(?:\(.*\))?\s*\|", re.MULTILINE)
COMMAND = re.compile(r"(?:huashu (?:evaluate|train)|python benchmarks/|make (?:accuracy|bench)|pytest tests/)")


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda p: p.name)
def test_figures_stand_beside_the_command_that_makes_them(page: Path) -> None:
    for section in re.split(r"^#+ ", page.read_text(encoding="utf-8"), flags=re.MULTILINE):
        assert COMMAND.search(section) or not FIGURES.search(section), section.partition("\n")[0]


def test_the_forms_of_calls_are_those_that_are_read() -> None:
    page = (ROOT / "docs" / "files.md").read_text(encoding="utf-8")
    told = page.split("<!-- forms: begin -->")[1].split("<!-- forms: end -->")[0]
    rows = re.findall(r"^\| (.+?) \| (.+?) \|$", told, re.M)[1:]
    assert [row for row in rows if "webvtt" not in row[1]] == [(form.name, form.spec) for form in FORMS]
