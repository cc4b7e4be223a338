"""The command line: ``huashu check | score | train | evaluate | corpora | serve``.

Exit codes: 0 done; 2 wrong usage; 3 the input cannot be used; 4 the model artifact cannot be used. With ``check
--exit-code``: 0 pass, 10 review, 11 alert.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from huashu import ArtifactError, Classifier, HuashuError, InputError, __version__

if TYPE_CHECKING:
    from rich.progress import Progress

    from huashu_corpora import Document

EXIT_INPUT, EXIT_ARTIFACT = 3, 4
EXIT_ACTIONS = {"pass": 0, "review": 10, "alert": 11}

_PATH = click.Path(path_type=Path)
_model_option = click.option(
    "--model", type=_PATH, default=None, help="Folder of another model artifact (default: the shipped one)."
)

_point_option = click.option(
    "--operating-point", "point", default=None, metavar="NAME", help="The model's thresholds to use (default: its own)."
)


def _progress() -> Progress:
    """A bar on standard error that appears where there is a terminal and goes when the work is done."""
    from rich.console import Console
    from rich.progress import Progress

    return Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 2 wrong usage, 3 input cannot be used, 4 model cannot be used.",
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
@_model_option
@_point_option
def check(file: str, as_json: bool, lang: str | None, exit_code: bool, model: Path | None, point: str | None) -> None:
    """Judge one text or dialogue: FILE, or standard input for - (the default).

    FILE holds plain text, with or without speaker marks, or the JSON of a call-centre quality system
    ({"dialogue": [{"role", "words", "begin", "end"}]}).
    """
    from huashu_api.read import decode, parse_source, read_bytes

    name = "standard input" if file == "-" else file
    source = parse_source(decode(read_bytes(None if file == "-" else Path(file)), name))
    assessment = Classifier.load(model, point).assess(source)
    if as_json:
        click.echo(json.dumps(assessment.to_dict(), ensure_ascii=False, indent=2))
    else:
        from rich.console import Console

        from huashu_api.display import default_language, show

        pieces = [source] if isinstance(source, str) else [str(turn["words"]) for turn in source]
        show(assessment, pieces, lang or default_language(), Console())
    if exit_code:
        sys.exit(EXIT_ACTIONS[assessment.action])


@cli.command()
@click.argument("input", type=_PATH)
@click.option("-o", "--output", type=_PATH, required=True, help="JSON Lines file to write.")
@_model_option
@_point_option
def score(input: Path, output: Path, model: Path | None, point: str | None) -> None:
    """Judge every row of INPUT: JSON Lines with "text" or "dialogue" (and "id"), or a text file with a text a line.

    Rows that cannot be judged go to OUTPUT.rejects.jsonl with the reason; rows in = rows scored + rows rejected.
    """
    from huashu_api.score import score_file

    classifier = Classifier.load(model, point)
    with _progress() as progress:
        task = progress.add_task("scoring", total=None)
        summary = score_file(classifier, input, output, lambda rows: progress.advance(task, rows))
    click.echo(f"rows {summary.rows} = scored {summary.scored} + rejected {summary.rejected}", err=True)
    counts = ", ".join(f"{action} {summary.actions.get(action, 0)}" for action in EXIT_ACTIONS)
    click.echo(f"{counts}; written to {output}", err=True)


_corpus_option = click.option(
    "--corpus",
    "corpora",
    multiple=True,
    metavar="SPEC",
    help="Labelled documents: a JSON Lines file, or NAME:PATH of a public set that you own "
    "(ccl2023, chifraud, telecom5, telecom8, fbs_sms, teleantifraud); may be repeated (default: the shipped corpora).",
)


def _documents(specs: tuple[str, ...]) -> list[Document]:
    from huashu_corpora import read_documents
    from huashu_corpora.importers import read_corpora

    if not specs:
        return read_documents()
    corpus = read_corpora(specs)
    if corpus.duplicates or corpus.blank:
        click.echo(f"left out: {corpus.duplicates} duplicates, {corpus.blank} blank rows", err=True)
    return list(corpus.documents)


@cli.command()
@_corpus_option
@click.option("-o", "--output", type=_PATH, required=True, help="Folder to write the artifact to.")
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
    from huashu_training.operating import all_points, parse_point
    from huashu_training.train import train as run

    offered = all_points([parse_point(point) for point in points])
    documents = _documents(corpora)
    with _progress() as progress:
        training = run(documents, output, offered, _stages(progress))
    click.echo(json.dumps(training.metrics["documents"]["summary"], ensure_ascii=False, indent=1))
    click.echo(f"{len(documents)} documents; artifact written to {output}", err=True)


def _stages(progress: Progress) -> Callable[[str, int], Callable[[], Any]]:
    """Training's reports of its stages, drawn on ``progress``."""

    def report(stage: str, steps: int) -> Callable[[], Any]:
        task = progress.add_task(stage, total=steps)
        return lambda: progress.advance(task)

    return report


def _cross_validation() -> str:
    from huashu_training.crossvalidate import cross_validate

    with _progress() as progress:
        return cross_validate(_documents(()), _stages(progress))


@cli.group()
def corpora() -> None:
    """Look after labelled documents: `huashu corpora check`, `huashu corpora stats`."""


@corpora.command("check")
@_corpus_option
def corpora_check(corpora: tuple[str, ...]) -> None:
    """Check documents: schema, spans, duplicates, near-duplicates over groups, numbers to mask, label balance.

    Exits with 3 and a line for each problem when there are any.
    """
    from huashu_corpora.checks import find_problems

    with _progress() as progress:
        progress.add_task("checking", total=None)
        documents = _documents(corpora)
        problems = find_problems(documents)
    for problem in problems:
        click.echo(problem, err=True)
    if problems:
        raise InputError(f"{len(problems)} problems in {len(documents)} documents; mend them and check again")
    click.echo(f"{len(documents)} documents, no problems")


@corpora.command("stats")
@_corpus_option
def corpora_stats(corpora: tuple[str, ...]) -> None:
    """Count documents by scheme, register, hand, move and length, as Markdown tables."""
    from huashu_corpora.checks import statistics

    click.echo(statistics(_documents(corpora)))


@cli.command()
@click.argument("files", type=_PATH, nargs=-1)
@_model_option
def evaluate(files: tuple[Path, ...], model: Path | None) -> None:
    """Measure on labelled FILES, or the shipped corpora by cross-validation when there are none.

    Rows of FILES are {"text", "label" or "scheme", "register"?, "tactics"?}, one JSON object a line.

    A label is "none", "fraud" (ought to alert, scheme unknown) or a scheme. Prints Markdown tables of alert and review
    rates by file and label.
    """
    if not files:
        click.echo(_cross_validation())
        return
    from huashu_training.evaluate import evaluate_file, markdown

    classifier = Classifier.load(model)
    rates, moves = [], []
    with _progress() as progress:
        task = progress.add_task("evaluating", total=None)
        for path in files:
            file_rates, file_moves = evaluate_file(classifier, path, lambda rows: progress.advance(task, rows))
            rates += file_rates
            moves += [file_moves] if file_moves else []
    click.echo(markdown(rates, moves))
    click.echo(f"\nmodel {classifier.version}")


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port to listen on.")
@_model_option
@_point_option
def serve(host: str, port: int, model: Path | None, point: str | None) -> None:
    """Serve HTTP: POST /v1/assess, GET /v1/model, GET /healthz, and the API's page at /docs."""
    import uvicorn

    from huashu_api.http import create_app

    uvicorn.run(create_app(Classifier.load(model, point)), host=host, port=port, log_level="info", access_log=False)


def main() -> None:
    """Entry point: runs the command and turns Huashu's own errors into one line and an exit code."""
    try:
        cli()
    except HuashuError as error:
        click.echo(f"huashu: {error}", err=True)
        sys.exit(EXIT_ARTIFACT if isinstance(error, ArtifactError) else EXIT_INPUT)


if __name__ == "__main__":
    main()
