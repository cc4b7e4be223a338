"""Groups: what must stay on one side of every split. Stated families, and near-duplicates found by their shingles."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.feature_extraction.text import HashingVectorizer

from huashu_corpora.document import Document, fingerprint

SHINGLE = 5
NEAR_DUPLICATE = 0.5
"""Jaccard similarity of 5-character shingles from which two texts count as near-duplicates."""


def near_duplicates(texts: Sequence[str], threshold: float = NEAR_DUPLICATE) -> list[tuple[int, int, float]]:
    """Pairs ``(i, j, similarity)``, i < j, of texts whose shingle sets have at least this Jaccard similarity.

    The similarity is exact (a sparse product of shingle indicators), block by block, so that memory stays bounded.
    """
    vectorizer = HashingVectorizer(
        analyzer="char", ngram_range=(SHINGLE, SHINGLE), n_features=2**22, norm=None, binary=True, alternate_sign=False
    )
    shingles = vectorizer.transform([fingerprint(text) for text in texts]).tocsr()
    sizes = np.asarray(shingles.sum(axis=1)).ravel()
    pairs: list[tuple[int, int, float]] = []
    for first in range(0, len(texts), 1000):
        shared = (shingles[first : first + 1000] @ shingles.T).tocoo()
        rows, columns = shared.row + first, shared.col
        similarity = shared.data / (sizes[rows] + sizes[columns] - shared.data)
        close = (rows < columns) & (similarity >= threshold)
        pairs += zip(rows[close].tolist(), columns[close].tolist(), similarity[close].tolist(), strict=True)
    return sorted(pairs)


def overlaps(texts: Sequence[str], known: Sequence[str]) -> list[tuple[int, int, float]]:
    """Triples ``(i, j, similarity)``: ``texts[i]`` is a near-duplicate of ``known[j]``, or the same after normalisation
    (similarity 1: the way to tell for texts that are shorter than a shingle)."""
    places = {fingerprint(text): j for j, text in enumerate(known)}
    found = {(i, places[mark]): 1.0 for i, text in enumerate(texts) if (mark := fingerprint(text)) and mark in places}
    for i, j, similarity in near_duplicates([*texts, *known]):
        if i < len(texts) <= j:
            found[i, j - len(texts)] = similarity
    return [(i, j, similarity) for (i, j), similarity in sorted(found.items())]


def group_numbers(documents: Sequence[Document]) -> list[int]:
    """A group number for each document: stated groups joined with near-duplicates, by transitive closure."""
    parent = list(range(len(documents)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    first_of: dict[str, int] = {}
    for i, document in enumerate(documents):
        parent[root(i)] = root(first_of.setdefault(document.group, i))
    for i, j, _ in near_duplicates([document.text for document in documents]):
        parent[root(j)] = root(i)
    numbers: dict[int, int] = {}
    return [numbers.setdefault(root(i), len(numbers)) for i in range(len(documents))]
