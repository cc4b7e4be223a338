"""How well moves are found, span by span: a found span counts when it overlaps a marked one of the same move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huashu.evidence.clauses import clause_slices
from huashu.labels import NONE, SCHEMES, TACTICS
from huashu.reading.analysis import Analysis
from huashu_corpora.document import Document
from huashu_training.fit.calibration import best_f1_threshold, fit_platt

Span = tuple[str, int, int]
"""``(tactic, start, end)`` in the raw text."""


@dataclass(frozen=True, slots=True)
class SpanRates:
    """How many spans are ``marked`` and ``found``, and how many of each overlap one of the other."""

    marked: int
    found: int
    marked_and_found: int
    found_and_marked: int

    @property
    def precision(self) -> float:
        return self.found_and_marked / max(1, self.found)

    @property
    def recall(self) -> float:
        return self.marked_and_found / max(1, self.marked)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 when nothing agrees."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def overlapping(a: Span, b: Span) -> bool:
    """Whether two spans are of one move and share a character."""
    return a[0] == b[0] and a[1] < b[2] and b[1] < a[2]


def span_rates(pairs: Sequence[tuple[Sequence[Span], Sequence[Span]]]) -> SpanRates:
    """The rates over texts, each given by its marked and its found spans."""
    return SpanRates(
        sum(len(marked) for marked, _ in pairs),
        sum(len(found) for _, found in pairs),
        sum(any(overlapping(a, b) for b in found) for marked, found in pairs for a in marked),
        sum(any(overlapping(a, b) for b in marked) for marked, found in pairs for a in found),
    )


def by_move(
    documents: Sequence[Document],
    analyses: Sequence[Analysis],
    schemes: NDArray[np.intp],
    scores: NDArray[np.float64],
    truth: NDArray[np.bool_],
) -> dict[str, SpanRates]:
    """Out-of-fold rates, move by move and ``all``.

    ``schemes`` (documents,) are the schemes found for the texts, whose moves are not told when it is ``none``;
    ``scores`` and ``truth`` (clauses, tactics) are of all clauses of the documents, in order. Each move stands at its
    threshold of best F1 by clause.
    """
    found = np.zeros(truth.shape, dtype=bool)
    for k in range(len(TACTICS.ids)):
        probability = fit_platt(scores[:, k], truth[:, k])(scores[:, k])
        found[:, k] = probability >= best_f1_threshold(probability, truth[:, k])
    pairs = []
    row = 0
    for document, analysis, scheme in zip(documents, analyses, schemes.tolist(), strict=True):
        spans: list[Span] = []
        for first, stop in clause_slices(analysis):
            place = analysis.place_of(first, stop)
            if SCHEMES.ids[scheme] != NONE:
                spans += [(TACTICS.ids[k], place.start, place.end) for k in np.flatnonzero(found[row]).tolist()]
            row += 1
        pairs.append(([(mark.tactic, mark.start, mark.end) for mark in document.tactics], spans))
    rates = {
        tactic: span_rates([([a for a in m if a[0] == tactic], [b for b in f if b[0] == tactic]) for m, f in pairs])
        for tactic in TACTICS.ids
    }
    return rates | {"all": span_rates(pairs)}
