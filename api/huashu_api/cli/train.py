"""``huashu train``: labelled documents to a model artifact."""

from __future__ import annotations

import json
from pathlib import Path

import click

from huashu_api.cli.common import PATH
from huashu_api.cli.documents import corpus_documents, corpus_option
from huashu_api.cli.progress import stage_bars
from huashu_api.errors import cannot_write
from huashu_training.measure.operating_points import all_rules, parse_rule


@click.command()
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
    rules = all_rules([parse_rule(point) for point in points])
    documents = corpus_documents(corpora)
    from huashu_training import train as training  # noqa: PLC0415  (scikit-learn: 2 s, not for --help or wrong usage)

    with stage_bars() as progress:
        try:
            trained = training.train(documents, output, rules, progress)
        except OSError as error:
            raise cannot_write(output, error, "name another folder") from None
    click.echo(json.dumps(trained.metrics["documents"]["summary"], ensure_ascii=False, indent=1))
    click.echo(f"{len(documents)} documents; artifact written to {output}", err=True)
