"""What ``huashu evaluate`` does once its options are known to go together. Apart from the command, because training's
libraries take seconds to load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from huashu import Classifier, InputError
from huashu_api.cli.documents import corpus_documents
from huashu_api.cli.labelled import labelled_rows
from huashu_api.cli.progress import stage_bars
from huashu_api.cli.reports import write_report
from huashu_corpora import Document
from huashu_training.contamination import learned_by, read_unlearned
from huashu_training.measure.evaluate import evaluate_rows, markdown
from huashu_training.measure.labelled import LabelledRow
from huashu_training.report.assemble import page_of
from huashu_training.report.crossvalidated import cross_validated
from huashu_training.report.finished import finished_model
from huashu_training.report.short import short_report


@dataclass(frozen=True, slots=True)
class LabelledFiles:
    """The ``rows`` of labelled files by the name that a file has in tables; ``left_out`` are the rows, by path, that a
    model has learned from; ``unknown`` the versions of models of which that cannot be known."""

    rows: Mapping[str, list[LabelledRow]]
    left_out: Mapping[Path, int]
    unknown: Sequence[str]


def read_files(
    files: Sequence[Path], models: Sequence[Classifier], leave_out: bool, learned_from: tuple[str, ...]
) -> LabelledFiles:
    """The rows to measure ``models`` on; says so when it cannot be known what a model has learned from.

    InputError as :func:`huashu_training.contamination.read_unlearned`, and for a file that is named twice.
    """
    learned = learned_by(models, corpus_documents(learned_from) if learned_from else ())
    for version in learned.unknown:
        click.echo(
            f"model {version} learned from documents that are not at hand: if rows are among them, the figures are too "
            "good; name them with --learned-from",
            err=True,
        )
    rows, left_out = {}, {}
    for path, name in _names(files).items():
        rows[name], left_out[path] = read_unlearned(path, learned, leave_out, labelled_rows)
    return LabelledFiles(rows, left_out, learned.unknown)


def _names(files: Sequence[Path]) -> dict[Path, str]:
    """What each file is called in tables: its name without folder and ending, unless two share it."""
    if len({path.resolve() for path in files}) < len(files):
        raise InputError("a file is named twice; its rows would count twice")
    stems = [path.stem for path in files]
    return {path: path.stem if stems.count(path.stem) == 1 else str(path) for path in files}


def print_cross_validation(documents: Sequence[Document]) -> None:
    """Print the figures of models that have not seen what they are measured on."""
    with stage_bars() as progress:
        text = short_report(documents, progress)
    click.echo(text)


def report_cross_validation(documents: Sequence[Document], target: Path, command: str) -> None:
    """Write the report on them; ``command`` is the command line that it names."""
    with stage_bars() as progress:
        evidence = cross_validated(documents, command, progress)
        page = page_of(evidence, progress)
    write_report(page, target)


def print_rates(files: LabelledFiles, classifier: Classifier) -> None:
    """Print alert and review rates by file and label, and how well moves are found in files that mark them."""
    for path, count in files.left_out.items():
        if count:
            click.echo(f"{path}: {count} rows left out, the model has learned from them", err=True)
    with stage_bars() as progress:
        figures = [evaluate_rows(classifier, name, rows, progress) for name, rows in files.rows.items()]
    click.echo(markdown(figures))
    click.echo(f"\nmodel {classifier.version}")


def report_rates(
    files: LabelledFiles, classifier: Classifier, rival: Classifier | None, target: Path, command: str
) -> None:
    """Write the report on ``classifier``, compared with ``rival`` if there is one; ``command`` is the command line that
    it names."""
    left_out = sum(files.left_out.values())
    with stage_bars() as progress:
        evidence = finished_model(files.rows, classifier, command, progress, left_out, files.unknown, rival)
        page = page_of(evidence, progress)
    write_report(page, target)
