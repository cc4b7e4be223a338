"""What a corpus holds, counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from huashu.labels import NONE, REGISTERS, SCHEMES, TACTICS
from huashu_corpora.document import Document
from huashu_corpora.markdown import table

LONG = 500
"""Characters from which a document counts as long."""


def statistics(documents: Sequence[Document]) -> str:
    """Markdown tables: documents by scheme and register, by hand, moves, kinds and lengths."""
    parts = (by_label(documents), by_hand(documents), by_move(documents), [_summary(documents)])
    return "\n\n".join("\n".join(lines) for lines in parts)


def by_label(documents: Sequence[Document]) -> list[str]:
    """Lines of a table: documents of each scheme, by register."""
    counts = Counter((document.scheme, document.register) for document in documents)
    cells = {scheme: [counts[scheme, register] for register in REGISTERS.ids] for scheme in SCHEMES.ids}
    cells["all"] = [sum(column) for column in zip(*cells.values(), strict=True)]
    return table(["scheme", *REGISTERS.ids, "all"], [(name, *of, sum(of)) for name, of in cells.items()])


def by_hand(documents: Sequence[Document]) -> list[str]:
    """Lines of a table: the documents of each writing hand."""
    rows = []
    for hand in sorted({document.hand for document in documents}):
        own = [document for document in documents if document.hand == hand]
        none = sum(document.scheme == NONE for document in own)
        moves = sum(bool(document.tactics) for document in own)
        mean = sum(len(document.text) for document in own) / len(own)
        rows.append((hand or "(none named)", len(own), none, moves, f"{mean:.0f}"))
    return table(("hand", "documents", "of them none", "with moves", "mean length"), rows)


def by_move(documents: Sequence[Document]) -> list[str]:
    """Lines of a table: how often each move is marked."""
    marks = Counter(mark.tactic for document in documents for mark in document.tactics)
    return table(("move", "marks"), [(tactic, marks[tactic]) for tactic in TACTICS.ids])


def _summary(documents: Sequence[Document]) -> str:
    lengths = sorted(len(document.text) for document in documents)
    kinds = {document.kind for document in documents if document.scheme == NONE}
    with_moves = sum(bool(document.tactics) for document in documents)
    return (
        f"{len(documents)} documents, {len(kinds)} kinds of `none`, {with_moves} with moves; "
        f"length {lengths[0]} to {lengths[-1]}, median {lengths[len(lengths) // 2]}, "
        f"{sum(length >= LONG for length in lengths)} of {LONG} characters or more."
    )
