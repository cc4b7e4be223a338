"""The labelled documents that a command works on, as ``--corpus`` names them."""

from __future__ import annotations

import click

from huashu_api.cli.labelled import labelled_rows
from huashu_corpora import Document, read_documents
from huashu_corpora.importers import FORMATS, read_corpora

corpus_option = click.option(
    "--corpus",
    "corpora",
    multiple=True,
    metavar="SPEC",
    help="Labelled documents: a table of any form that `huashu score` reads, with text, scheme and register, "
    f"or NAME:PATH of a public set that you own ({', '.join(FORMATS)}); may be repeated "
    "(default: the shipped corpora).",
)


def corpus_documents(specs: tuple[str, ...]) -> list[Document]:
    """The documents that ``specs`` of ``corpus_option`` name; the shipped ones for none. InputError as
    :func:`huashu_corpora.importers.read_corpora`."""
    if not specs:
        return read_documents()
    corpus = read_corpora(specs, labelled_rows)
    if corpus.duplicates or corpus.blank:
        click.echo(f"left out: {corpus.duplicates} duplicates, {corpus.blank} blank rows", err=True)
    return list(corpus.documents)
