"""How well moves are found, span by span: a found span counts when it overlaps a marked one of the same move."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from huashu import Assessment
from huashu.evidence.clauses import Slices, clause_slices
from huashu.labels import NONE, SCHEMES, TACTICS
from huashu.reading.analysis import Analysis
from huashu_corpora.document import TacticMark
from huashu_training.fit.calibration import fit_tactics
from huashu_training.fit.fitted import CrossFitted
from huashu_training.fit.tasks import best_labels
from huashu_training.measure.rates import Agreement, Flags

Span = tuple[str, int, int]
"""``(tactic, start, end)`` in the raw text."""

Spans = tuple[Sequence[Span], Sequence[Span]]
"""The marked and the found spans of a text."""


def marked_spans(marks: Iterable[TacticMark]) -> list[Span]:
    """The spans of a document's marks."""
    return [(mark.tactic, mark.start, mark.end) for mark in marks]


def found_spans(assessment: Assessment) -> list[Span]:
    """The spans of the moves that a finished model has found."""
    return [(span.tactic, span.start, span.end) for span in assessment.tactics]


def overlapping(a: Span, b: Span) -> bool:
    """Whether two spans are of one move and share a character."""
    return a[0] == b[0] and a[1] < b[2] and b[1] < a[2]


def span_agreement(texts: Sequence[Spans]) -> Agreement:
    """Over all ``texts`` and moves."""
    caught = sum(any(overlapping(a, b) for b in found) for marked, found in texts for a in marked)
    right = sum(any(overlapping(a, b) for b in marked) for marked, found in texts for a in found)
    marked_in_all, found_in_all = (sum(len(spans[side]) for spans in texts) for side in (0, 1))
    return Agreement(caught, marked_in_all - caught, right, found_in_all - right)


def by_move(texts: Sequence[Spans]) -> dict[str, Agreement]:
    """For each move over all ``texts``."""

    def of_move(spans: Sequence[Span], tactic: str) -> list[Span]:
        return [span for span in spans if span[0] == tactic]

    return {
        tactic: span_agreement([(of_move(marked, tactic), of_move(found, tactic)) for marked, found in texts])
        for tactic in TACTICS.ids
    }


def out_of_fold_spans(cross: CrossFitted) -> list[Spans]:
    """The marked and the found spans of each document, each move at its threshold of best F1 by clause. Moves are not
    told in a text whose scheme is found to be ``none``."""
    clauses = cross.clauses
    tactics = fit_tactics(clauses.measured_scores, clauses.truth == 1)
    made = tactics.made(tactics.probabilities(clauses.measured_scores))
    schemes, _ = best_labels(cross.judged.scores)
    texts: list[Spans] = []
    first = 0
    for document, analysis, scheme in zip(cross.documents, cross.analyses, schemes.tolist(), strict=True):
        slices = clause_slices(analysis)
        own = made[first : first + len(slices)]
        first += len(slices)
        found = _made_spans(analysis, slices, own) if SCHEMES.ids[scheme] != NONE else []
        texts.append((marked_spans(document.tactics), found))
    return texts


def _made_spans(analysis: Analysis, slices: Slices, made: Flags) -> list[Span]:
    """The spans of the clauses at ``slices`` that make a move; ``made`` is (clauses, tactics)."""
    spans = []
    for (first, stop), moves in zip(slices, made, strict=True):
        place = analysis.place_of(first, stop)
        spans += [(TACTICS.ids[k], place.start, place.end) for k in np.flatnonzero(moves).tolist()]
    return spans
