"""What several commands share: options, progress bars, the documents to work on."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from huashu_api.batch.records import OutputError

if TYPE_CHECKING:
    from rich.progress import Progress

    from huashu_corpora import Document
    from huashu_training.report.page import Page

PATH = click.Path(path_type=Path)
model_option = click.option(
    "--model", type=PATH, default=None, help="Folder of another model artifact (default: the shipped one)."
)

point_option = click.option(
    "--operating-point", "point", default=None, metavar="NAME", help="The model's thresholds to use (default: its own)."
)


def progress_bar() -> Progress:
    """A bar on standard error that appears where there is a terminal and goes when the work is done."""
    from rich.console import Console
    from rich.progress import Progress

    return Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())


corpus_option = click.option(
    "--corpus",
    "corpora",
    multiple=True,
    metavar="SPEC",
    help="Labelled documents: a JSON Lines file, or NAME:PATH of a public set that you own "
    "(ccl2023, chifraud, telecom5, telecom8, fbs_sms, teleantifraud); may be repeated (default: the shipped corpora).",
)


def corpus_documents(specs: tuple[str, ...]) -> list[Document]:
    """The documents that ``specs`` of ``corpus_option`` name; the shipped ones for none."""
    from huashu_corpora import read_documents
    from huashu_corpora.importers import read_corpora

    if not specs:
        return read_documents()
    corpus = read_corpora(specs)
    if corpus.duplicates or corpus.blank:
        click.echo(f"left out: {corpus.duplicates} duplicates, {corpus.blank} blank rows", err=True)
    return list(corpus.documents)


@dataclass(frozen=True, slots=True)
class Stages:
    """Stages of long work (:class:`huashu.progress.Progress`), drawn on ``bars``."""

    bars: Progress

    def stage(self, name: str, steps: int | None = None) -> Callable[[int], None]:
        task = self.bars.add_task(name, total=steps)
        return lambda done: self.bars.advance(task, done)


def command_line(*parts: object) -> str:
    """The command line that makes a report, without what was left at its default."""
    return shlex.join(["huashu", *(str(part) for part in parts if part)])


def write_report(page: Page, target: Path) -> None:
    """Write ``page`` as ``target`` (.html), .json and .md and say so; OutputError when they cannot be written."""
    from huashu_training.report.render import write

    try:
        written = write(page, target)
    except OSError as error:
        raise OutputError(
            f"{target}: cannot be written ({error.strerror}); check the folder and the free space"
        ) from None
    click.echo(f"written: {', '.join(map(str, written))}", err=True)
