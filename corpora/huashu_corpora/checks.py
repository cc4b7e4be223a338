"""Hygiene of a corpus as code: problems that must not be there, and the counts of what is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from huashu.labels import NONE, REGISTERS, SCHEMES, TACTICS
from huashu_corpora.document import Document
from huashu_corpora.groups import near_duplicates

FEWEST_PER_SCHEME = 20
"""A scheme with fewer documents than this (but some) is reported: it cannot be learned or measured."""

_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)")


def find_problems(documents: Sequence[Document]) -> list[str]:
    """What is wrong with ``documents`` beyond what reading already refuses; each entry names ids.

    Near-duplicates that do not share a group (they would leak over a split), valid-looking mobile and identity
    numbers, written documents without hand or kind, marks that begin or end in a blank, schemes with too few documents.
    """
    problems = [
        f"near-duplicates in different groups ({similarity:.2f}): {documents[i].id}, {documents[j].id}"
        for i, j, similarity in near_duplicates([document.text for document in documents])
        if documents[i].group != documents[j].group
    ]
    for document in documents:
        if _MOBILE.search(document.text) or _IDENTITY.search(document.text):
            problems.append(f"a valid-looking mobile or identity number; mask it: {document.id}")
        if document.origin == "written" and not (document.hand and document.kind):
            problems.append(f"a written document names no hand or no kind: {document.id}")
        for mark in document.tactics:
            quote = document.text[mark.start : mark.end]
            if quote != quote.strip():
                problems.append(f"a {mark.tactic} mark begins or ends in a blank: {document.id}")
    schemes = Counter(document.scheme for document in documents)
    problems += [
        f"only {count} documents of scheme {scheme}; {FEWEST_PER_SCHEME} at least are needed"
        for scheme, count in sorted(schemes.items())
        if count < FEWEST_PER_SCHEME
    ]
    return problems


def statistics(documents: Sequence[Document]) -> str:
    """Markdown tables: documents by scheme and register, by hand, moves, kinds and lengths."""
    cells = Counter((document.scheme, document.register) for document in documents)
    registers = REGISTERS.ids
    lines = [f"| scheme | {' | '.join(registers)} | all |", f"|---|{'---:|' * (len(registers) + 1)}"]
    for scheme in SCHEMES.ids:
        counts = [cells[scheme, register] for register in registers]
        lines.append(f"| {scheme} | {' | '.join(map(str, counts))} | {sum(counts)} |")
    totals = [sum(cells[scheme, register] for scheme in SCHEMES.ids) for register in registers]
    lines.append(f"| all | {' | '.join(map(str, totals))} | {sum(totals)} |")

    lines += ["", "| hand | documents | of them none | with moves | mean length |", "|---|---:|---:|---:|---:|"]
    for hand in sorted({document.hand for document in documents}):
        own = [document for document in documents if document.hand == hand]
        none = sum(document.scheme == NONE for document in own)
        moves = sum(bool(document.tactics) for document in own)
        mean = sum(len(document.text) for document in own) / len(own)
        lines.append(f"| {hand or '(none named)'} | {len(own)} | {none} | {moves} | {mean:.0f} |")

    marks = Counter(mark.tactic for document in documents for mark in document.tactics)
    lines += ["", "| move | marks |", "|---|---:|"]
    lines += [f"| {tactic} | {marks[tactic]} |" for tactic in TACTICS.ids]

    lengths = sorted(len(document.text) for document in documents)
    kinds = {document.kind for document in documents if document.scheme == NONE}
    with_moves = sum(bool(document.tactics) for document in documents)
    lines += [
        "",
        f"{len(documents)} documents, {len(kinds)} kinds of `none`, {with_moves} with moves; "
        f"length {lengths[0]} to {lengths[-1]}, median {lengths[len(lengths) // 2]}, "
        f"{sum(length >= 500 for length in lengths)} of 500 characters or more.",
    ]
    return "\n".join(lines)
