"""The command line: ``huashu check | score | train | evaluate | drift | corpora | serve | keys | models``.

Exit codes: 0 done; 2 wrong usage; 3 the input cannot be used; 4 the model artifact cannot be used; 5 the output cannot
be written. With ``check --exit-code``: 0 pass, 10 review, 11 alert.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from huashu import ArtifactError, Classifier, HuashuError, InputError, __version__
from huashu_api.batch.records import OutputError
from huashu_api.cli.common import (
    PATH,
    Stages,
    corpus_documents,
    corpus_option,
    model_option,
    point_option,
    progress_bar,
)
from huashu_api.cli.drift import drift
from huashu_api.cli.evaluate import evaluate
from huashu_api.cli.score import score
from huashu_api.cli.serve import keys, models, serve

EXIT_INPUT, EXIT_ARTIFACT, EXIT_OUTPUT = 3, 4, 5
EXIT_ACTIONS = {"pass": 0, "review": 10, "alert": 11}


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 2 wrong usage, 3 input cannot be used, 4 model cannot be used, "
    "5 output cannot be written.",
)
@click.version_option(__version__, prog_name="huashu")
def cli() -> None:
    """Huashu reads Chinese complaint text and call transcripts and says whether a fraud script is at work."""


@cli.command()
@click.argument("file", type=click.Path(path_type=str), default="-")
@click.option("--json", "as_json", is_flag=True, help="Print the assessment as JSON.")
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default=None, help="Language of the page (default: by locale)."
)
@click.option("--exit-code", is_flag=True, help="Exit with 0 for pass, 10 for review, 11 for alert.")
@model_option
@point_option
def check(file: str, as_json: bool, lang: str | None, exit_code: bool, model: Path | None, point: str | None) -> None:
    """Judge one text or dialogue: FILE, or standard input for - (the default).

    FILE holds plain text, with or without speaker marks, or the JSON of a call-centre quality system
    ({"dialogue": [{"role", "words", "begin", "end"}]}).
    """
    from huashu_api.cli.read import decode, parse_source, read_bytes

    name = "standard input" if file == "-" else file
    source = parse_source(decode(read_bytes(None if file == "-" else Path(file)), name))
    assessment = Classifier.load(model, point).assess(source)
    if as_json:
        click.echo(json.dumps(assessment.to_dict(), ensure_ascii=False, indent=2))
    else:
        from rich.console import Console

        from huashu_api.cli.display import default_language, show

        pieces = [source] if isinstance(source, str) else [str(turn["words"]) for turn in source]
        show(assessment, pieces, lang or default_language(), Console())
    if exit_code:
        sys.exit(EXIT_ACTIONS[assessment.action])


cli.add_command(score)


@cli.command()
@corpus_option
@click.option("-o", "--output", type=PATH, required=True, help="Folder to write the artifact to.")
@click.option(
    "--operating-point",
    "points",
    multiple=True,
    metavar="NAME=RULE",
    help="Thresholds to offer: NAME=alerts:N,reviews:K for at most N alerts, and K alerts or reviews, per 1,000 texts "
    "that ought to pass; with texts:V,prevalence:P[,reviewers:R] besides, per reviewer and day. May be repeated; the "
    "first becomes the default, and balanced, strict and wide are offered too.",
)
def train(corpora: tuple[str, ...], output: Path, points: tuple[str, ...]) -> None:
    """Train a model: fit, calibrate on held-out writers, set the thresholds, write artifact, metrics and model card."""
    from huashu_training.measure.operating_points import all_rules, parse_rule
    from huashu_training.train import train as run

    offered = all_rules([parse_rule(point) for point in points])
    documents = corpus_documents(corpora)
    with progress_bar() as progress:
        try:
            training = run(documents, output, offered, Stages(progress))
        except OSError as error:
            raise OutputError(f"{output}: cannot be written ({error.strerror}); name another folder") from None
    click.echo(json.dumps(training.metrics["documents"]["summary"], ensure_ascii=False, indent=1))
    click.echo(f"{len(documents)} documents; artifact written to {output}", err=True)


@cli.group()
def corpora() -> None:
    """Look after labelled documents: `huashu corpora check`, `huashu corpora stats`."""


@corpora.command("check")
@corpus_option
def corpora_check(corpora: tuple[str, ...]) -> None:
    """Check documents: schema, spans, duplicates, near-duplicates over groups, numbers to mask, label balance.

    Exits with 3 and a line for each problem when there are any.
    """
    from huashu_corpora.checks import find_problems

    with progress_bar() as progress:
        progress.add_task("checking", total=None)
        documents = corpus_documents(corpora)
        problems = find_problems(documents)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise InputError(f"{len(problems)} problems in {len(documents)} documents; mend them and check again")
    click.echo(f"{len(documents)} documents, no problems")


@corpora.command("stats")
@corpus_option
def corpora_stats(corpora: tuple[str, ...]) -> None:
    """Count documents by scheme, register, hand, move and length, as Markdown tables."""
    from huashu_corpora.statistics import statistics

    click.echo(statistics(corpus_documents(corpora)))


cli.add_command(evaluate)
cli.add_command(drift)
cli.add_command(serve)
cli.add_command(keys)
cli.add_command(models)


def main() -> None:
    """Entry point: runs the command and turns Huashu's own errors into one line and an exit code."""
    try:
        cli()
    except HuashuError as error:
        click.echo(f"huashu: {error}", err=True)
        codes = {ArtifactError: EXIT_ARTIFACT, OutputError: EXIT_OUTPUT}
        sys.exit(codes.get(type(error), EXIT_INPUT))


if __name__ == "__main__":
    main()
