"""Moves with spans: which clauses make which move of a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from huashu.artifact import Artifact
from huashu.clauses import clause_slices, clauses
from huashu.features import Analysis
from huashu.labels import TACTICS
from huashu.result import TacticSpan
from huashu.risk import Calibration


def tactic_spans(
    analysis: Analysis,
    pieces: Sequence[str],
    artifact: Artifact,
    calibrations: Sequence[Calibration],
    scheme: str,
    register: str,
) -> tuple[TacticSpan, ...]:
    """The moves found in ``analysis``, judged to be of this ``scheme`` and ``register``, in order of place.

    ``pieces`` are the raw strings that offsets refer to, one a turn. A clause makes a move when its calibrated
    probability reaches the move's threshold in the manifest and it is no advice or denial. In a dialogue only one
    side's moves count: that of the speaker who makes most of them (a caller who pitches, or a victim who tells a clerk
    what was done).
    """
    slices = clause_slices(analysis)
    if not slices:
        return ()
    scores = artifact.clause.score_many(clauses(analysis, slices, scheme, register))
    probabilities = np.column_stack([calibrate(scores[:, k]) for k, calibrate in enumerate(calibrations)])
    thresholds: Mapping[str, float] = artifact.manifest["thresholds"]["tactic"]
    limits = np.array([thresholds[tactic] for tactic in TACTICS.ids])
    found: list[TacticSpan] = []
    for row, column in zip(*np.nonzero(probabilities >= limits), strict=True):
        first, stop = slices[row]
        turn, start, end = analysis.locate(analysis.tokens[first].start, analysis.tokens[stop - 1].end)
        quote = pieces[turn][start:end]
        found.append(
            TacticSpan(
                TACTICS.ids[column],
                start,
                end,
                quote,
                float(probabilities[row, column]),
                turn if analysis.dialogue.marked else None,
            )
        )
    return tuple(_one_side(found, [turn.speaker for turn in analysis.dialogue.turns]))


def _one_side(found: Sequence[TacticSpan], speakers: Sequence[str]) -> Sequence[TacticSpan]:
    """The moves of the speaker who makes most of them, by the sum of probabilities."""
    totals: dict[str, float] = {}
    for span in found:
        if span.turn is not None:
            totals[speakers[span.turn]] = totals.get(speakers[span.turn], 0.0) + span.probability
    if len(totals) < 2:
        return found
    leading = max(totals, key=totals.__getitem__)
    return [span for span in found if span.turn is not None and speakers[span.turn] == leading]
