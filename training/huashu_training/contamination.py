"""Contamination: rows that a finished model has learned from, or near-duplicates of them. Figures from such would be a
lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from huashu import Classifier, InputError
from huashu_corpora import Document, read_documents
from huashu_corpora.files import Rows, corpus_digest, json_lines
from huashu_corpora.groups import overlaps
from huashu_training.measure.labelled import LabelledRow, read_labelled


@dataclass(frozen=True, slots=True)
class Learned:
    """The ``documents`` that models have learned from; ``unknown`` are the versions of those models whose documents are
    not at hand, so that nothing can be looked for."""

    documents: Sequence[Document]
    unknown: Sequence[str]


def learned_by(models: Sequence[Classifier], named: Sequence[Document] = ()) -> Learned:
    """What ``models`` have learned from, found by the digest that training notes: the shipped documents, or those
    ``named``. InputError when none of the models has learned from the named ones."""
    digests = {model.version: model.manifest.corpus.sha256 for model in models}
    shipped = read_documents()
    at_hand = {corpus_digest(corpus): corpus for corpus in (shipped, named) if corpus}
    if named and corpus_digest(named) not in digests.values():
        raise InputError(
            f"the {len(named)} documents named with --learned-from are not those that the model learned from (their "
            "digest differs); name exactly what `huashu train` was given"
        )
    corpora = {digest: at_hand[digest] for digest in digests.values() if digest in at_hand}
    unknown = [version for version, digest in digests.items() if digest not in at_hand]
    return Learned([document for corpus in corpora.values() for document in corpus], unknown)


def read_unlearned(
    path: Path, learned: Learned, leave_out: bool, read: Rows = json_lines
) -> tuple[list[LabelledRow], int]:
    """The rows of ``path`` and how many were left out as near-duplicates of the ``learned`` documents.

    Without ``leave_out`` such a row is an InputError, as is a file of nothing else, and what
    :func:`huashu_training.measure.labelled.read_labelled` refuses.
    """
    rows = read_labelled(path, read)
    texts = [document.text for document in learned.documents]
    pairs = overlaps([row.text for row in rows], texts) if texts else []
    known = {i for i, _, _ in pairs}
    if pairs and not leave_out:
        i, j, similarity = pairs[0]
        raise InputError(
            f"{path}:{rows[i].line}: a near-duplicate ({similarity:.2f}) of document {learned.documents[j].id}, which "
            f"the model learned from; {len(known)} such rows: take them out, or pass --leave-out-learned"
        )
    if len(known) == len(rows):
        raise InputError(f"{path}: the model has learned from every row; there is nothing left to measure on")
    return [row for i, row in enumerate(rows) if i not in known], len(known)
