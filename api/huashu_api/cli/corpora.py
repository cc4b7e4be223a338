"""``huashu corpora``: looking after labelled documents."""

from __future__ import annotations

import click

from huashu import InputError
from huashu_api.cli.documents import corpus_documents, corpus_option
from huashu_api.cli.progress import stage_bars
from huashu_corpora.statistics import statistics


@click.group()
def corpora() -> None:
    """Look after labelled documents: `huashu corpora check`, `huashu corpora stats`."""


@corpora.command("check")
@corpus_option
def corpora_check(corpora: tuple[str, ...]) -> None:
    """Check documents: schema, spans, duplicates, near-duplicates over groups, numbers to mask, label balance.

    Exits with 3 and a line for each problem when there are any.
    """
    from huashu_corpora.checks import find_problems  # noqa: PLC0415  (scikit-learn: 2 s, not for --help)

    with stage_bars() as progress:
        progress.stage("checking")
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
    click.echo(statistics(corpus_documents(corpora)))
