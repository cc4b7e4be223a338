"""Reasons: the score taken apart, phrase by phrase, in the text that the caller sent."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from huashu.evidence.clauses import PAUSES
from huashu.reading.analysis import Analysis
from huashu.result import Reason
from huashu.scoring.grams import Columns
from huashu.scoring.linear import LinearModel
from huashu.scoring.text_model import Scored, contributions
from huashu.verdict.risk import RiskModel

LITTLE = 0.5
"""A word with less than this share of the mean weight of a word is of little weight."""


def explain(
    document: LinearModel, risk: RiskModel, analysis: Analysis, scored: Scored, further: Sequence[Reason] = ()
) -> tuple[Reason, ...]:
    """The additive parts of the score that ``risk`` makes of the heads of ``document``, largest first; their weights
    sum to the score.

    Each gram's part is spread evenly over the characters that it covers; neighbouring words whose parts have the same
    sign and that no punctuation separates make one phrase, and words of little weight do not part them. ``further``
    reasons for the same score stand among its own.
    """
    start_score, factors = risk.factors(document.intercept, scored.scores)
    outputs = np.flatnonzero(factors)
    grams = contributions(document, scored.columns, scored.vector, outputs.tolist())
    parts = grams.parts @ factors[outputs]
    weight, covered = _spread(grams.starts, grams.ends, parts, len(analysis.normal.text))
    structure = float(parts[grams.starts == grams.ends].sum())
    sums = np.concatenate(([0.0], np.cumsum(weight))).tolist()
    reasons = [Reason("intercept", start_score), *further]
    if scored.parts > 1:
        reasons.append(Reason("length", float(risk.by_length(scored.parts))))
    if structure:
        reasons.append(Reason("structure", structure))
    for start, end in _phrases(analysis.normal.text, scored.columns, weight, covered):
        place = analysis.place(start, end)
        reasons.append(Reason("text", sums[end] - sums[start], place.start, place.end, place.quote, place.turn))
    return tuple(sorted(reasons, key=lambda reason: -abs(reason.weight)))


def _spread(
    starts: NDArray[np.intp], ends: NDArray[np.intp], parts: NDArray[np.float64], length: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Each part spread evenly over its characters: the weight (length,), and whether any part covers the character."""
    widths = ends - starts
    real = widths > 0
    share = parts[real] / widths[real]
    size = length + 1
    steps = np.bincount(starts[real], share, size) - np.bincount(ends[real], share, size)
    layers = np.bincount(starts[real], minlength=size) - np.bincount(ends[real], minlength=size)
    covered = np.cumsum(layers)[:-1] > 0
    return np.where(covered, np.cumsum(steps)[:-1], 0.0), covered


def _phrases(
    text: str, columns: Columns, weight: NDArray[np.float64], covered: NDArray[np.bool_]
) -> list[tuple[int, int]]:
    """Spans of the normalised ``text`` that together hold every covered character."""
    words = np.flatnonzero(columns.ends > columns.starts)
    words = words[covered[columns.starts[words]]]
    if not len(words):
        return []
    starts, ends = columns.starts[words], columns.ends[words]
    total = np.concatenate(([0.0], np.cumsum(weight)))
    clause = np.concatenate(([0], np.cumsum([char in PAUSES for char in text])))
    positive = _signs(total[ends] - total[starts], clause[starts])
    ending = clause[starts + 1] > clause[starts]  # a sentence's end is a token, too
    joined = (positive[1:] == positive[:-1]) & (clause[starts[1:]] == clause[ends[:-1]]) & ~ending[:-1]
    breaks = np.flatnonzero(~joined)
    first, last = np.concatenate(([0], breaks + 1)), np.append(breaks, len(words) - 1)
    phrases = list(zip(starts[first].tolist(), ends[last].tolist(), strict=True))
    return _widen(phrases, covered)


def _signs(weights: NDArray[np.float64], clause: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Whether each word counts as one that raises the score: a word of little weight goes with the last weighty one
    of its clause before it, or else the next after it, so that it does not tear a phrase."""
    sizes = np.abs(weights)
    places = np.arange(len(weights))
    weighty = sizes >= LITTLE * sizes.mean()
    before = np.maximum.accumulate(np.where(weighty, places, 0))
    after = np.minimum.accumulate(np.where(weighty, places, len(weights) - 1)[::-1])[::-1]
    leading = np.where(weighty[before] & (clause[before] == clause), before, after)
    first = np.searchsorted(clause, clause)  # of a clause without a weighty word the first leads
    leading = np.where(weighty[leading] & (clause[leading] == clause), leading, first)
    return weights[leading] > 0


def _widen(phrases: list[tuple[int, int]], covered: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Each phrase with the covered characters (punctuation inside a gram) up to the next, so that none is lost."""
    if not phrases:
        return []
    places = np.where(covered, np.arange(len(covered)), -1)
    last = np.maximum.accumulate(places).tolist()  # the last covered character up to each
    stops = [following[0] for _, following in pairwise(phrases)] + [len(covered)]
    return [(start, max(end, last[stop - 1] + 1)) for (start, end), stop in zip(phrases, stops, strict=True)]
