"""``huashu drift``: two periods compared."""

from __future__ import annotations

from pathlib import Path

import click

from huashu import Classifier
from huashu_api.cli.common import PATH, model_option, point_option
from huashu_api.cli.inputs import columns_of, sources_of, text_option
from huashu_api.cli.progress import stage_bars
from huashu_api.cli.reports import command_line, option, write_report
from huashu_api.ingest import ReadOptions
from huashu_training.measure.drift import compare, judge_period
from huashu_training.report import render, require
from huashu_training.report.drift_page import page_of


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
@text_option
@model_option
@point_option
def drift(
    old: Path,
    new: Path,
    target: Path | None,
    text: tuple[str, ...],
    mapping: Path | None,
    model: Path | None,
    point: str | None,
) -> None:
    """Compare the texts of two periods, OLD and NEW: has what comes in changed?

    Both are files as `huashu score` reads them. Prints population stability indices of scores, vocabulary coverage,
    actions and schemes, and the phrases that rise most among alerts.
    """
    if target is not None:
        require()
        render.check_target(target, (old, new))
    columns, by_file = columns_of(text, mapping)
    options = ReadOptions(columns, by_file)
    classifier = Classifier.load(model, point)
    with stage_bars() as progress:
        periods = [judge_period(path.name, sources_of(path, options), classifier, progress) for path in (old, new)]
    command = command_line(
        "drift", old, new, *option("--text", *text), *option("--columns", mapping), *option("-o", target)
    )
    page = page_of(compare(*periods), classifier.version, command, target is not None)
    click.echo(render.markdown(page))
    if target is not None:
        write_report(page, target)
