"""Moves with spans: which clauses make which move of a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from huashu.artifact import Artifact
from huashu.clauses import clause_slices
from huashu.features import Analysis
from huashu.labels import TACTICS
from huashu.result import TacticSpan
from huashu.risk import Calibration


def tactic_spans(
    analysis: Analysis, pieces: Sequence[str], artifact: Artifact, calibrations: Sequence[Calibration]
) -> tuple[TacticSpan, ...]:
    """The moves found in ``analysis``, in order of place.

    ``pieces`` are the raw strings that offsets refer to, one a turn. A clause makes a move when its
    calibrated probability reaches the move's threshold in the manifest.
    """
    slices = clause_slices(analysis)
    if not slices:
        return ()
    scores = artifact.clause.score_many([analysis.tokens[first:stop] for first, stop in slices])
    probabilities = np.column_stack([calibrate(scores[:, k]) for k, calibrate in enumerate(calibrations)])
    thresholds: Mapping[str, float] = artifact.manifest["thresholds"]["tactic"]
    limits = np.array([thresholds[tactic] for tactic in TACTICS.ids])
    found = []
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
    return tuple(found)


def missing_moves(found: Sequence[TacticSpan], script: Sequence[str]) -> tuple[str, ...]:
    """The moves of ``script`` that are not among ``found``, in the order of the script."""
    seen = {span.tactic for span in found}
    return tuple(tactic for tactic in script if tactic not in seen)
