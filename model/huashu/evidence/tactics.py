"""Moves with spans: which clauses make which move of a script."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from huashu.evidence.clauses import clause_scores, clause_slices
from huashu.interrupt import checkpoint
from huashu.labels import NONE, TACTICS
from huashu.model import Model
from huashu.reading.analysis import Analysis
from huashu.reading.dialogue import AGENT, CUSTOMER, UNKNOWN
from huashu.result import TacticSpan, Verdict
from huashu.scoring.grams import Columns


def tactic_spans(model: Model, analysis: Analysis, columns: Columns, verdict: Verdict) -> tuple[TacticSpan, ...]:
    """The moves found in ``analysis``, whose tokens are ``columns``, given the ``verdict`` on it, in order of place;
    none where no scheme is at work.

    A clause makes a move when its probability reaches the move's threshold and it is no advice or denial. In a dialogue
    only one side's moves count: that of the speaker who makes most of them (a caller who pitches, or a victim who tells
    a clerk what was done).
    """
    slices = clause_slices(analysis) if verdict.scheme != NONE else []
    if not slices:
        return ()
    checkpoint()
    scores = clause_scores(model.clause, columns, slices, verdict.scheme, verdict.register)
    probabilities = model.tactics.probabilities(scores)
    made = model.tactics.made(probabilities)
    roles = infer_roles(analysis, slices, probabilities)
    spans: list[TacticSpan] = []
    for row in np.flatnonzero(made.any(axis=1)).tolist():
        first, stop = slices[row]
        if denies(analysis.normal.text[analysis.tokens[first].start : analysis.tokens[stop - 1].end]):
            continue
        place = analysis.place_of(first, stop)
        role = UNKNOWN if place.turn is None else roles[place.turn]
        for column in np.flatnonzero(made[row]).tolist():
            probability = float(probabilities[row, column])
            spans.append(
                TacticSpan(TACTICS.ids[column], place.start, place.end, place.quote, probability, place.turn, role)
            )
    return tuple(_one_side(spans, [turn.speaker for turn in analysis.dialogue.turns]))


_ADVICE = re.compile(
    r"切勿|请勿|谨防|警惕|当心|以防|谨记|千万(?:不要|别)(?:加|点|刷|转|信|给|下载|透露)|"
    r"(?:不会|绝不|从不|不得|不能)(?:主动|以任何)?(?:让|要求|向您|向你|索要|打电话|通过)|(?:不要|别)(?:轻信|相信|随意|随便)"
)
_CLAIMS = re.compile(r"谎称|自称|冒充|声称")


def denies(clause: str) -> bool:
    """Whether a normalised clause advises against a move or denies it (切勿加微信, 不会让您转账), and so makes none.
    What somebody falsely claims counts, whoever tells it (谎称不会扣费)."""
    return _ADVICE.search(clause) is not None and _CLAIMS.search(clause) is None


def infer_roles(analysis: Analysis, slices: Sequence[tuple[int, int]], probabilities: NDArray[np.float64]) -> list[str]:
    """The role of each turn: as given, or, where no speaker's role is known, ``agent`` for the speaker who makes most
    moves by the sum of ``probabilities`` (clauses, tactics) and ``customer`` for the others."""
    turns = analysis.dialogue.turns
    speakers = {turn.speaker for turn in turns}
    if any(turn.role != UNKNOWN for turn in turns) or len(speakers) < 2:
        return [turn.role for turn in turns]
    totals = dict.fromkeys(sorted(speakers), 0.0)
    for (first, _), row in zip(slices, probabilities, strict=True):
        turn = analysis.place_of(first, first + 1).turn
        totals[turns[turn or 0].speaker] += float(row.sum())
    pitching = max(totals, key=totals.__getitem__)
    return [AGENT if turn.speaker == pitching else CUSTOMER for turn in turns]


def _one_side(spans: Sequence[TacticSpan], speakers: Sequence[str]) -> Sequence[TacticSpan]:
    """The moves of the speaker who makes most of them, by the sum of probabilities."""
    totals: dict[str, float] = {}
    for span in spans:
        if span.turn is not None:
            totals[speakers[span.turn]] = totals.get(speakers[span.turn], 0.0) + span.probability
    if len(totals) < 2:
        return spans
    leading = max(totals, key=totals.__getitem__)
    return [span for span in spans if span.turn is not None and speakers[span.turn] == leading]
