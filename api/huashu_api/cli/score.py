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

from huashu_api.batch.records import Options
from huashu_api.batch.run import RunState, score_files
from huashu_api.cli import exits
from huashu_api.cli.common import PATH, model_option, point_option
from huashu_api.cli.progress import bars
from huashu_api.errors import cannot_write


@click.command()
@click.argument("inputs", nargs=-1, required=True)
@click.option("-o", "--output", type=PATH, required=True, help="File to write: .csv, .jsonl or .parquet.")
@click.option("--text", default=None, help="Column of the text or dialogue (default: guessed and shown).")
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
    help="What one text is in .txt files (default: a line in a file named itself, the file in folders and globs).",
)
@click.option("--processes", type=click.IntRange(1), default=None, help="Processes to score with (default: all cores).")
@click.option("--force", is_flag=True, help="Write over an output that exists.")
@click.option("--resume", is_flag=True, help="Go on with a run that was stopped; the options have to be the same.")
@click.option("--summary", type=PATH, default=None, help="Write the summary as JSON to this file too.")
@model_option
@point_option
def score(
    inputs: tuple[str, ...],
    output: Path,
    text: str | None,
    id_: str | None,
    role: str | None,
    begin: str | None,
    keep: tuple[str, ...],
    evidence: str,
    with_text: str,
    txt: str | None,
    processes: int | None,
    force: bool,
    resume: bool,
    summary: Path | None,
    model: Path | None,
    point: str | None,
) -> None:
    """Judge every row of INPUTS: files, folders, globs, or - for standard input.

    Read are CSV, TSV, JSON Lines, JSON, Parquet and text files, plain or .gz or .zst, in UTF-8 or GB18030. Rows that
    cannot be judged go to OUTPUT.rejects.jsonl with the reason; rows in = rows scored + rows rejected. An output that
    exists is written over with --force only, an input never.
    """
    columns = {"text": text, "id": id_, "role": role, "begin": begin}
    options = Options(
        columns={use: name for use, name in columns.items() if name is not None},
        keep=keep,
        evidence=evidence,
        text=with_text,
        whole_files=None if txt is None else txt == "file",
        point=point,
    )
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

        yield show
