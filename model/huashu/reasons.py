"""Reasons: the score taken apart, phrase by phrase, in the text that the caller sent."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from huashu.clauses import PAUSES
from huashu.features import Analysis
from huashu.linear import LinearModel
from huashu.result import Reason
from huashu.risk import RiskModel


def explain(
    analysis: Analysis, pieces: list[str], model: LinearModel, risk: RiskModel, columns: tuple[int, int]
) -> tuple[Reason, ...]:
    """The additive parts of the risk's score, largest first; their weights sum to the score.

    ``columns`` are the outputs of the fraud and the report head. Each gram's part is spread evenly over the characters
    that it covers; neighbouring words whose parts have the same sign and that no punctuation separates make one
    phrase. ``pieces`` are the raw strings that offsets refer to.
    """
    base = model.intercept[list(columns)]
    parts = [model.contributions(analysis.tokens, column) for column in columns]
    totals = [float(base[head] + sum(part for _, part in parts[head])) for head in (0, 1)]
    start_score, *factors = risk.factors((float(base[0]), float(base[1])), (totals[0], totals[1]))
    weight = np.zeros(len(analysis.normal.text))
    structure = 0.0
    for factor, head_parts in zip(factors, parts, strict=True):
        for (start, end), part in head_parts:
            if end > start:
                weight[start:end] += factor * part / (end - start)
            else:
                structure += factor * part
    reasons = [Reason("intercept", start_score)]
    if structure:
        reasons.append(Reason("structure", structure))
    for start, end in _phrases(analysis, weight):
        turn, raw_start, raw_end = analysis.locate(start, end)
        quote = pieces[turn][raw_start:raw_end]
        marked_turn = turn if analysis.dialogue.marked else None
        reasons.append(Reason("text", float(weight[start:end].sum()), raw_start, raw_end, quote, marked_turn))
    return tuple(sorted(reasons, key=lambda reason: -abs(reason.weight)))


def _phrases(analysis: Analysis, weight: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Spans of the normalised text that together hold every character with a weight."""
    text = analysis.normal.text
    words = [(token.start, token.end) for token in analysis.tokens if token.end > token.start]
    words = [word for word in words if weight[word[0] : word[1]].any()]
    phrases: list[tuple[int, int]] = []
    sign = 0.0
    for start, end in words:
        own = np.sign(weight[start:end].sum())
        joined = phrases and own == sign and not any(char in PAUSES for char in text[phrases[-1][1] : start])
        if joined:
            phrases[-1] = (phrases[-1][0], end)
        else:
            phrases.append((start, end))
        sign = own
    return _cover(phrases, weight)


def _cover(phrases: list[tuple[int, int]], weight: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Widen each phrase over weighted characters (punctuation inside a gram) up to the next, so that none is lost."""
    if not phrases:
        return []
    stops = [following[0] for _, following in pairwise(phrases)] + [len(weight)]
    covered = []
    for (start, end), stop in zip(phrases, stops, strict=True):
        between = np.flatnonzero(weight[end:stop])
        covered.append((start, end + int(between[-1]) + 1 if len(between) else end))
    return covered
