"""What the commands that write a report share: the command line that it names, and its files."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

from huashu_api.errors import cannot_write
from huashu_training.report.page import Page
from huashu_training.report.render import write


def option(name: str, *values: object) -> list[str]:
    """The option as it was given, once for each value; nothing for what was left at its default."""
    return [part for value in values if value for part in (name, str(value))]


def command_line(*parts: object) -> str:
    """The command line that makes a report, for whoever wants to make it again."""
    return shlex.join(["huashu", *map(str, parts)])


def write_report(page: Page, target: Path) -> None:
    """Write ``page`` as ``target`` (.html), .json and .md and say so; OutputError when they cannot be written."""
    try:
        written = write(page, target)
    except OSError as error:
        raise cannot_write(target, error, "check the folder and the free space") from None
    click.echo(f"written: {', '.join(map(str, written))}", err=True)
