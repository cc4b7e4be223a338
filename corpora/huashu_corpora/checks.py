"""Hygiene of a corpus as code: problems that must not be there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

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
