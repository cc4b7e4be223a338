"""The command ``huashu score``: its options, its progress bar and its summary. The work is in ``huashu_api.batch``."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn

from huashu.files import replace_file
from huashu_api.batch.options import Options
from huashu_api.batch.report_page import page
from huashu_api.batch.run import PRIVATE, RunState, check_report, score_files
from huashu_api.cli import exits
from huashu_api.cli.common import PATH, model_option, point_option
from huashu_api.cli.inputs import columns_of, show_plan, text_option
from huashu_api.cli.progress import LineNowAndThen, bars
from huashu_api.errors import cannot_write


@click.command()
@click.argument("inputs", nargs=-1, required=True)
@click.option("-o", "--output", type=PATH, default=None, help="File to write: .xlsx, .csv, .jsonl or .parquet.")
@text_option
@click.option("--id", "id_", default=None, help="Column of the id, or 'none'.")
@click.option("--role", default=None, help="Column of the speaker, where each row is one turn of a call, or 'none'.")
@click.option("--begin", default=None, help="Column of the turn's time, which orders the turns of a call, or 'none'.")
@click.option("--keep", multiple=True, metavar="COLUMN", help="Input column to carry over as it is; may be repeated.")
@click.option(
    "--evidence",
    type=click.Choice(["all", "flagged", "none"]),
    default="flagged",
    show_default=True,
    help="Rows that get moves, facts and reasons; flagged: alerts and reviews.",
)
@click.option(
    "--with-text",
    type=click.Choice(["none", "masked", "raw"]),
    default="none",
    show_default=True,
    help="Whether the output holds the text; quotes are masked unless it is raw.",
)
@click.option(
    "--txt",
    type=click.Choice(["line", "file"]),
    default=None,
    help="What one text is in text files (default: the file; of standard input a line).",
)
@click.option(
    "--split", type=click.Choice(["tickets"]), default=None, help="Judge tickets that hold several cases case by case."
)
@click.option(
    "--labels",
    type=click.Choice(["zh", "en", "id"]),
    default=None,
    help="Language of headings and labels (default: Chinese in .xlsx, else the ids).",
)
@click.option("--dry-run", is_flag=True, help="Only show how each file would be read, with three items of each.")
@click.option("--report", type=PATH, default=None, metavar="OUT.html", help="Write a summary page too.")
@click.option("--processes", type=click.IntRange(1), default=None, help="Processes to score with (default: all cores).")
@click.option("--force", is_flag=True, help="Write over an output that exists.")
@click.option("--resume", is_flag=True, help="Go on with a run that was stopped; the options have to be the same.")
@click.option("--summary", type=PATH, default=None, help="Write the summary as JSON to this file too.")
@model_option
@point_option
def score(
    inputs: tuple[str, ...],
    output: Path | None,
    text: tuple[str, ...],
    mapping: Path | None,
    id_: str | None,
    role: str | None,
    begin: str | None,
    keep: tuple[str, ...],
    evidence: str,
    with_text: str,
    txt: str | None,
    split: str | None,
    labels: str | None,
    dry_run: bool,
    report: Path | None,
    processes: int | None,
    force: bool,
    resume: bool,
    summary: Path | None,
    model: Path | None,
    point: str | None,
) -> None:
    """Judge every text and call of INPUTS: files, folders, globs, or - for standard input.

    Read are tables (xlsx, xls, ods, CSV, Parquet, JSON Lines), calls (the JSON of recognisers and quality systems, SRT,
    WebVTT, transcripts), documents (txt, docx, pdf, eml, mbox), and zip, tar, gzip and zstd of all these, in UTF-8,
    UTF-16 or GB18030. What cannot be judged goes to OUTPUT.rejects.jsonl with the reason; rows in = rows scored + rows
    rejected. An output that exists is written over with --force only, an input never.
    """
    columns, by_file = columns_of(text, mapping, id=id_, role=role, begin=begin)
    options = Options(
        columns=columns,
        by_file=by_file,
        keep=keep,
        lines=None if txt is None else txt == "line",
        split=split is not None,
        evidence=evidence,
        text=with_text,
        point=point,
        labels=None if labels is None else labels,
    )
    if dry_run:
        good, refused = show_plan(inputs, options)
        sys.exit(0 if not refused else exits.SOME if good else exits.NONE)
    if output is None:
        raise click.UsageError("name the file to write with -o")
    if report is not None:
        check_report(report, output, inputs, force)
    try:
        with _bar() as show:
            outcome = score_files(
                inputs,
                output,
                options,
                model=model,
                processes=processes or len(os.sched_getaffinity(0)),
                force=force,
                resume=resume,
                show=show,
            )
    except KeyboardInterrupt:
        click.echo("huashu: stopped; the same command with --resume goes on", err=True)
        sys.exit(exits.STOPPED)
    for line in outcome.lines():
        click.echo(line, err=True)
    click.echo(f"written to {output}", err=True)
    if summary is not None:
        try:
            summary.write_text(json.dumps(outcome.to_dict(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise cannot_write(summary, error, f"the scores are in {output}") from None
    if report is not None:
        try:
            replace_file(report, page(outcome, labels or "zh").encode("utf-8", "replace"), PRIVATE)
        except OSError as error:
            raise cannot_write(report, error, f"the scores are in {output}") from None
        click.echo(f"summary page: {report}", err=True)
    if outcome.counts.rejected:
        sys.exit(exits.SOME if outcome.counts.scored else exits.NONE)


@contextmanager
def _bar() -> Iterator[Callable[[RunState], None]]:
    """A bar with rows, rate, alerts so far and time left; gives the function that shows a state."""
    columns = (
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rows]:,} rows, {task.fields[rate]:,.0f}/s, {task.fields[alerts]:,} alerts"),
        TimeRemainingColumn(),
    )
    lines = LineNowAndThen()
    with bars(*columns) as drawn:
        task = drawn.add_task("scoring", total=None, rows=0, rate=0.0, alerts=0)

        def show(state: RunState) -> None:
            seconds = drawn.tasks[0].elapsed or 1e-9
            drawn.update(
                task,
                completed=state.read,
                total=state.size or None,
                rows=state.rows,
                rate=state.rows / seconds,
                alerts=state.alerts,
            )
            lines.say(f"{state.rows:,} rows, {state.rows / seconds:,.0f}/s, {state.alerts:,} alerts")

        yield show
