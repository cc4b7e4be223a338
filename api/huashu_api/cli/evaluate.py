"""``huashu evaluate``: rates, reports, comparisons."""

from __future__ import annotations

from pathlib import Path

import click

from huashu import Classifier, InputError
from huashu_api.cli.common import PATH, model_option, point_option
from huashu_api.cli.documents import corpus_documents, corpus_option
from huashu_api.cli.reports import command_line, option
from huashu_training.report import require
from huashu_training.report.render import check_target


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
        require()
        specs = (*corpora, *learned_from)
        check_target(target, (*files, *map(Path, specs), *(Path(spec.partition(":")[2]) for spec in specs)))
    if not files and (model or point):
        raise InputError("--model and --operating-point are for FILES: cross-validation fits models of its own")
    from huashu_api.cli import evaluation  # noqa: PLC0415  (scikit-learn: 2 s, not for --help or wrong usage)

    if not files:
        documents = corpus_documents(corpora)
        if target is None:
            evaluation.print_cross_validation(documents)
        else:
            command = command_line("evaluate", *option("--corpus", *corpora), *option("--report", target))
            evaluation.report_cross_validation(documents, target, command)
        return
    classifier = Classifier.load(model, point)
    rival = Classifier.load(against) if against else None
    labelled = evaluation.read_files(
        files, [classifier, rival] if rival else [classifier], leave_out_learned, learned_from
    )
    if target is None:
        evaluation.print_rates(labelled, classifier)
    else:
        command = command_line(
            "evaluate",
            *files,
            *option("--report", target),
            *option("--model", model),
            *option("--operating-point", point),
            *option("--against", against),
            *(["--leave-out-learned"] if leave_out_learned else []),
            *option("--learned-from", *learned_from),
        )
        evaluation.report_rates(labelled, classifier, rival, target, command)
