"""``huashu evaluate``: rates, reports, comparisons."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from huashu import Classifier, InputError
from huashu_api.cli.common import (
    PATH,
    Stages,
    command_line,
    corpus_documents,
    corpus_option,
    model_option,
    point_option,
    progress_bar,
    write_report,
)

if TYPE_CHECKING:
    from huashu_training.contamination import Learned


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
@click.option(
    "--learned-from",
    multiple=True,
    metavar="SPEC",
    help="What the model was trained on, as --corpus of `huashu train`, if not the shipped documents: rows of FILES "
    "that it has learned from are then found.",
)
@model_option
@point_option
def evaluate(
    files: tuple[Path, ...],
    corpora: tuple[str, ...],
    target: Path | None,
    against: Path | None,
    leave_out_learned: bool,
    learned_from: tuple[str, ...],
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
    if learned_from and not files:
        raise InputError("--learned-from is for FILES: cross-validation never judges what it has learned from")
    if files and corpora:
        raise InputError("name either FILES, to measure a finished model, or --corpus, to cross-validate")
    if target is not None:
        from huashu_training.report import require
        from huashu_training.report.render import check_target

        require()
        specs = (*corpora, *learned_from)
        check_target(target, (*files, *map(Path, specs), *(Path(spec.partition(":")[2]) for spec in specs)))
    if not files:
        _cross_validate(corpora, target, model, point)
    elif target is None:
        _print_rates(files, Classifier.load(model, point), leave_out_learned, learned_from)
    else:
        options: tuple[object, ...] = ("--model", model) if model else ()
        options += ("--operating-point", point) if point else ()
        options += ("--against", against) if against else ()
        options += ("--leave-out-learned",) if leave_out_learned else ()
        options += tuple(part for spec in learned_from for part in ("--learned-from", spec))
        command = command_line("evaluate", *files, "--report", target, *options)
        _report_on(files, target, model, point, against, leave_out_learned, learned_from, command)


def _cross_validate(corpora: tuple[str, ...], target: Path | None, model: Path | None, point: str | None) -> None:
    if model or point:
        raise InputError("--model and --operating-point are for FILES: cross-validation fits models of its own")
    documents = corpus_documents(corpora)
    with progress_bar() as progress:
        if target is None:
            from huashu_training.report.short import short_report

            text = short_report(documents, Stages(progress))
            progress.stop()
            click.echo(text)
            return
        from huashu_training.report.assemble import page_of
        from huashu_training.report.crossvalidated import cross_validated

        command = command_line(
            "evaluate", *(part for spec in corpora for part in ("--corpus", spec)), "--report", target
        )
        evidence = cross_validated(documents, command, Stages(progress))
        page = page_of(evidence, Stages(progress))
    write_report(page, target)


def _names(files: tuple[Path, ...]) -> dict[Path, str]:
    """What each file is called in tables: its name without folder and ending, unless two share it. InputError for a
    file that is named twice."""
    if len({path.resolve() for path in files}) < len(files):
        raise InputError("a file is named twice; its rows would count twice")
    stems = [path.stem for path in files]
    return {path: path.stem if stems.count(path.stem) == 1 else str(path) for path in files}


def _learned(models: list[Classifier], specs: tuple[str, ...]) -> Learned:
    """What the models have learned from; says so when that cannot be known."""
    from huashu_training.contamination import learned_by

    learned = learned_by(models, corpus_documents(specs) if specs else ())
    for version in learned.unknown:
        click.echo(
            f"model {version} learned from documents that are not at hand: if rows are among them, the figures are too "
            "good; name them with --learned-from",
            err=True,
        )
    return learned


def _print_rates(files: tuple[Path, ...], classifier: Classifier, leave_out: bool, specs: tuple[str, ...]) -> None:
    from huashu_training.contamination import read_unlearned
    from huashu_training.measure.evaluate import evaluate_rows, markdown

    figures = []
    learned = _learned([classifier], specs)
    names = _names(files)
    with progress_bar() as progress:
        for path in files:
            rows, left_out = read_unlearned(path, learned, leave_out)
            figures.append(evaluate_rows(classifier, names[path], rows, Stages(progress)))
            if left_out:
                click.echo(f"{path}: {left_out} rows left out, the model has learned from them", err=True)
    click.echo(markdown(figures))
    click.echo(f"\nmodel {classifier.version}")


def _report_on(
    files: tuple[Path, ...],
    target: Path,
    model: Path | None,
    point: str | None,
    against: Path | None,
    leave_out: bool,
    specs: tuple[str, ...],
    command: str,
) -> None:
    from huashu_training.contamination import read_unlearned
    from huashu_training.report.assemble import page_of
    from huashu_training.report.finished import finished_model

    classifier = Classifier.load(model, point)
    rival = Classifier.load(against) if against else None
    learned = _learned([classifier, rival] if rival else [classifier], specs)
    rows, left_out = {}, 0
    names = _names(files)
    for path in files:
        rows[names[path]], count = read_unlearned(path, learned, leave_out)
        left_out += count
    with progress_bar() as progress:
        evidence = finished_model(rows, classifier, command, Stages(progress), left_out, learned.unknown, rival)
        page = page_of(evidence, Stages(progress))
    write_report(page, target)
