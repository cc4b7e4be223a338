"""The commands that measure: ``huashu evaluate`` and ``huashu drift``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from huashu import Classifier, InputError
from huashu_api.batch.records import OutputError
from huashu_api.cli_common import (
    PATH,
    corpus_documents,
    corpus_option,
    model_option,
    point_option,
    progress_bar,
    stages,
)

if TYPE_CHECKING:
    from huashu_training.report.page import Page


def _command(*parts: object) -> str:
    """The command line that makes a report, without what was left at its default."""
    return shlex.join(["huashu", *(str(part) for part in parts if part)])


@click.command()
@click.argument("files", type=PATH, nargs=-1)
@corpus_option
@click.option(
    "--report", "target", type=PATH, default=None, metavar="OUT.html", help="Write a report: .html, .json, .md."
)
@click.option("--against", type=PATH, default=None, help="Folder of a model to compare with on FILES (McNemar's test).")
@click.option(
    "--leave-out-learned", is_flag=True, help="Leave rows out that are near-duplicates of what the model learned from."
)
@model_option
@point_option
def evaluate(
    files: tuple[Path, ...],
    corpora: tuple[str, ...],
    target: Path | None,
    against: Path | None,
    leave_out_learned: bool,
    model: Path | None,
    point: str | None,
) -> None:
    """Measure on labelled FILES, or the corpora by grouped cross-validation when there are none.

    Rows of FILES are {"text", "label" or "scheme", "register"?, "tactics"?}, one JSON object a line.

    A label is "none", "fraud" (ought to alert, scheme unknown) or a scheme. Prints Markdown tables of alert and review
    rates by file and label; with --report writes a page with everything to look at before trusting a threshold.
    """
    if against and not (files and target):
        raise InputError(
            "--against compares two finished models on texts that neither has learned from: name FILES and --report"
        )
    if files and corpora:
        raise InputError("name either FILES, to measure a finished model, or --corpus, to cross-validate")
    if target is not None:
        from huashu_training.report import require
        from huashu_training.report.render import check_target

        require()
        check_target(target, (*files, *map(Path, corpora)))
    if not files:
        _cross_validate(corpora, target, model, point)
    elif target is None:
        _print_rates(files, Classifier.load(model, point), leave_out_learned)
    else:
        options: tuple[object, ...] = ("--model", model) if model else ()
        options += ("--operating-point", point) if point else ()
        options += ("--against", against) if against else ()
        options += ("--leave-out-learned",) if leave_out_learned else ()
        command = _command("evaluate", *files, "--report", target, *options)
        _report_on(files, target, model, point, against, leave_out_learned, command)


def _cross_validate(corpora: tuple[str, ...], target: Path | None, model: Path | None, point: str | None) -> None:
    if model or point:
        raise InputError("--model and --operating-point are for FILES: cross-validation fits models of its own")
    documents = corpus_documents(corpora)
    with progress_bar() as progress:
        if target is None:
            from huashu_training.crossvalidate import cross_validate

            text = cross_validate(documents, stages(progress))
            progress.stop()
            click.echo(text)
            return
        from huashu_training.report.assemble import page_of
        from huashu_training.report.crossvalidated import cross_validated

        command = _command("evaluate", *(part for spec in corpora for part in ("--corpus", spec)), "--report", target)
        evidence = cross_validated(documents, stages(progress), command)
        page = page_of(evidence, stages(progress))
    _write(page, target)


def _names(files: tuple[Path, ...]) -> dict[Path, str]:
    """What each file is called in tables: its name without folder and ending, unless two share it. InputError for a
    file that is named twice."""
    if len({path.resolve() for path in files}) < len(files):
        raise InputError("a file is named twice; its rows would count twice")
    stems = [path.stem for path in files]
    return {path: path.stem if stems.count(path.stem) == 1 else str(path) for path in files}


def _print_rates(files: tuple[Path, ...], classifier: Classifier, leave_out: bool) -> None:
    from huashu_training.evaluate import evaluate_rows, markdown, read_unlearned

    rates, moves = [], []
    names = _names(files)
    with progress_bar() as progress:
        task = progress.add_task("evaluating", total=None)
        for path in files:
            rows, left_out = read_unlearned(path, (classifier,), leave_out)
            file_rates, file_moves = evaluate_rows(
                classifier, names[path], rows, lambda count: progress.advance(task, count)
            )
            rates += file_rates
            moves += [file_moves] if file_moves else []
            if left_out:
                click.echo(f"{path}: {left_out} rows left out, the model has learned from them", err=True)
    click.echo(markdown(rates, moves))
    click.echo(f"\nmodel {classifier.version}")


def _report_on(
    files: tuple[Path, ...],
    target: Path,
    model: Path | None,
    point: str | None,
    against: Path | None,
    leave_out: bool,
    command: str,
) -> None:
    from huashu_training.evaluate import read_unlearned
    from huashu_training.report.assemble import page_of
    from huashu_training.report.judged import judged

    classifier = Classifier.load(model, point)
    rival = Classifier.load(against) if against else None
    rows, left_out = {}, 0
    names = _names(files)
    for path in files:
        rows[names[path]], count = read_unlearned(path, (classifier, rival) if rival else (classifier,), leave_out)
        left_out += count
    with progress_bar() as progress:
        evidence = judged(rows, classifier, model, stages(progress), command, left_out, rival)
        page = page_of(evidence, stages(progress))
    _write(page, target)


@click.command()
@click.argument("old", type=PATH)
@click.argument("new", type=PATH)
@click.option(
    "-o",
    "--output",
    "target",
    type=PATH,
    default=None,
    metavar="OUT.html",
    help="Write it as a page with plots: .html, .json, .md.",
)
@model_option
@point_option
def drift(old: Path, new: Path, target: Path | None, model: Path | None, point: str | None) -> None:
    """Compare the texts of two periods, OLD and NEW: has what comes in changed?

    Both are files as `huashu score` reads them. Prints population stability indices of scores, vocabulary coverage,
    actions and schemes, and the phrases that rise most among alerts.
    """
    from huashu import artifact
    from huashu_api.batch.files import find
    from huashu_api.batch.readers import read
    from huashu_api.batch.records import Options
    from huashu_training.drift import compare, judge_period
    from huashu_training.report import render, require
    from huashu_training.report.drift_page import page_of

    if target is not None:
        require()
        render.check_target(target, (old, new))
    classifier = Classifier.load(model, point)
    linear = artifact.load(artifact.SHIPPED if model is None else model).document
    periods = []
    with progress_bar() as progress:
        task = progress.add_task("judging", total=None)
        for path in (old, new):
            rows = [
                row
                for file in find([str(path)])
                for row in read(file, Options(), lambda note: None, lambda place: None)
            ]
            sources = [row.source for row in rows if row.source is not None]
            if len(sources) < len(rows):
                click.echo(f"{path}: {len(rows) - len(sources)} rows left out, they cannot be judged", err=True)
            periods.append(
                judge_period(path.name, sources, classifier, linear, lambda texts: progress.advance(task, texts))
            )
    page = page_of(
        compare(*periods),
        classifier.version,
        _command("drift", old, new, *(("-o", target) if target else ())),
        target is not None,
    )
    click.echo(render.markdown(page))
    if target is not None:
        _write(page, target)


def _write(page: Page, target: Path) -> None:
    from huashu_training.report.render import write

    try:
        written = write(page, target)
    except OSError as error:
        raise OutputError(
            f"{target}: cannot be written ({error.strerror}); check the folder and the free space"
        ) from None
    click.echo(f"written: {', '.join(map(str, written))}", err=True)
