"""Reasons: the score taken apart, phrase by phrase, in the text that the caller sent."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from huashu.clauses import PAUSES
from huashu.features import Analysis
from huashu.linear import LinearModel, Read
from huashu.result import Reason
from huashu.risk import RiskModel


def explain(
    analysis: Analysis,
    pieces: list[str],
    model: LinearModel,
    risk: RiskModel,
    columns: tuple[int, int],
    read: Sequence[Read] | None = None,
    further: Sequence[Reason] = (),
) -> tuple[Reason, ...]:
    """The additive parts of the risk's score, largest first; their weights sum to the score.

    ``columns`` are the outputs of the fraud and the report head. Each gram's part is spread evenly over the characters
    that it covers; neighbouring words whose parts have the same sign and that no punctuation separates make one
    phrase. ``pieces`` are the raw strings that offsets refer to; ``read`` is what ``model`` has read of the tokens, if
    it is there; ``further`` reasons for the same score stand among its own.
    """
    base = model.intercept[list(columns)]
    found = model.contributions(analysis.tokens, columns, read)
    totals = base + found.parts.sum(axis=0)
    start_score, *factors = risk.factors((float(base[0]), float(base[1])), (float(totals[0]), float(totals[1])))
    parts = found.parts @ np.array(factors)
    weight, covered = _spread(found.starts, found.ends, parts, len(analysis.normal.text))
    structure = float(parts[found.starts == found.ends].sum())
    sums = np.concatenate(([0.0], np.cumsum(weight))).tolist()
    reasons = [Reason("intercept", start_score), *further]
    if structure:
        reasons.append(Reason("structure", structure))
    for start, end in _phrases(analysis, weight, covered):
        turn, raw_start, raw_end = analysis.locate(start, end)
        quote = pieces[turn][raw_start:raw_end]
        marked_turn = turn if analysis.dialogue.marked else None
        reasons.append(Reason("text", sums[end] - sums[start], raw_start, raw_end, quote, marked_turn))
    return tuple(sorted(reasons, key=lambda reason: -abs(reason.weight)))


def _spread(
    starts: NDArray[np.intp], ends: NDArray[np.intp], parts: NDArray[np.float64], length: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Each part spread evenly over its characters: the weight (length,), and whether any part covers the character."""
    widths = ends - starts
    real = widths > 0
    steps = np.zeros(length + 1)
    layers = np.zeros(length + 1, np.intp)
    share = parts[real] / widths[real]
    np.add.at(steps, starts[real], share)
    np.add.at(steps, ends[real], -share)
    np.add.at(layers, starts[real], 1)
    np.add.at(layers, ends[real], -1)
    covered = np.cumsum(layers)[:-1] > 0
    return np.where(covered, np.cumsum(steps)[:-1], 0.0), covered


def _phrases(analysis: Analysis, weight: NDArray[np.float64], covered: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Spans of the normalised text that together hold every covered character."""
    text = analysis.normal.text
    total = np.concatenate(([0.0], np.cumsum(weight)))
    words = [token for token in analysis.tokens if token.end > token.start and covered[token.start]]
    phrases: list[tuple[int, int]] = []
    positive = False
    for _, start, end in words:
        own = total[end] > total[start]
        joined = phrases and own == positive and not any(char in PAUSES for char in text[phrases[-1][1] : start])
        if joined:
            phrases[-1] = (phrases[-1][0], end)
        else:
            phrases.append((start, end))
        positive = own
    return _widen(phrases, covered)


def _widen(phrases: list[tuple[int, int]], covered: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Each phrase with the covered characters (punctuation inside a gram) up to the next, so that none is lost."""
    if not phrases:
        return []
    places = np.where(covered, np.arange(len(covered)), -1)
    last = np.maximum.accumulate(places).tolist()  # the last covered character up to each
    stops = [following[0] for _, following in pairwise(phrases)] + [len(covered)]
    return [(start, max(end, last[stop - 1] + 1)) for (start, end), stop in zip(phrases, stops, strict=True)]
