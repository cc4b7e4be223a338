"""Moves with spans: which clauses make which move of a script."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from huashu.artifact import Artifact
from huashu.evidence.clauses import clause_scores, clause_slices
from huashu.labels import TACTICS
from huashu.reading.analysis import Analysis
from huashu.reading.dialogue import AGENT, CUSTOMER, UNKNOWN
from huashu.result import TacticSpan
from huashu.scoring.grams import Columns
from huashu.verdict.risk import Calibration


def tactic_spans(
    analysis: Analysis,
    columns: Columns,
    pieces: Sequence[str],
    artifact: Artifact,
    calibrate: Calibration,
    scheme: str,
    register: str,
) -> tuple[TacticSpan, ...]:
    """The moves found in ``analysis``, judged to be of this ``scheme`` and ``register``, in order of place.

    ``columns`` are the tokens of ``analysis``, ``pieces`` the raw strings that offsets refer to, one a turn;
    ``calibrate`` makes probabilities of the clause model's scores. A clause makes a move when its probability reaches
    the move's threshold in the manifest and it is no advice or denial. In a dialogue only one side's moves count: that
    of the speaker who makes most of them (a caller who pitches, or a victim who tells a clerk what was done).
    """
    slices = clause_slices(analysis)
    if not slices:
        return ()
    probabilities = calibrate(clause_scores(artifact.clause, columns, slices, scheme, register))
    thresholds: Mapping[str, float] = artifact.manifest["thresholds"]["tactic"]
    made = probabilities >= np.array([thresholds[tactic] for tactic in TACTICS.ids])
    roles = infer_roles(analysis, slices, probabilities)
    found: list[TacticSpan] = []
    for row in np.flatnonzero(made.any(axis=1)).tolist():
        first, stop = slices[row]
        start, end = analysis.tokens[first].start, analysis.tokens[stop - 1].end
        if denies(analysis.normal.text[start:end]):
            continue
        turn, start, end = analysis.locate(start, end)
        quote = pieces[turn][start:end]
        place = (turn, roles[turn]) if analysis.dialogue.marked else ()
        for column in np.flatnonzero(made[row]).tolist():
            probability = float(probabilities[row, column])
            found.append(TacticSpan(TACTICS.ids[column], start, end, quote, probability, *place))
    return tuple(_one_side(found, [turn.speaker for turn in analysis.dialogue.turns]))


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
        turn, _, _ = analysis.locate(analysis.tokens[first].start, analysis.tokens[first].end)
        totals[turns[turn].speaker] += float(row.sum())
    pitching = max(totals, key=totals.__getitem__)
    return [AGENT if turn.speaker == pitching else CUSTOMER for turn in turns]


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
