"""What the outputs of the models mean: a calibrated risk, a scheme, a register, an action, and moves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huashu.labels import NONE, REGISTERS, SCHEMES
from huashu.result import Scores, Verdict
from huashu.verdict.adjustment import NEUTRAL, Adjustment
from huashu.verdict.outputs import NONE_SCHEME, REGISTER_COLUMNS, SCHEME_COLUMNS
from huashu.verdict.risk import Calibration, RiskModel, sigmoid

Floats = NDArray[np.float64]

_EDGE = 1e-12


def unread() -> Verdict:
    """The verdict on a text without a single Chinese character: it passes, unjudged."""
    schemes = {name: float(name == NONE) for name in SCHEMES.ids}
    registers = {name: float(name == REGISTERS.ids[0]) for name in REGISTERS.ids}
    return Verdict("pass", 0.0, 0.0, NONE, schemes, REGISTERS.ids[0], registers)


@dataclass(frozen=True, slots=True)
class Heads:
    """Calibration of the outputs and the thresholds of one operating point.

    ``sharpness`` holds the factors on the scores of ``schemes`` and ``registers`` before their softmax; ``alert`` and
    ``review`` are thresholds on risk.
    """

    risk: RiskModel
    sharpness: Mapping[str, float]
    alert: float
    review: float

    def verdict(self, scores: Floats, parts: int = 1, adjustment: Adjustment = NEUTRAL) -> Verdict:
        """The verdict on one text from the document scores (outputs,) of its deciding part, one of ``parts``, with
        ``adjustment`` added."""
        score = float(self.risk.log_odds(scores[np.newaxis], parts)[0]) + adjustment.score
        risk = float(sigmoid(np.array(score)))
        schemes = _softmax(self.sharpness["schemes"] * scores[SCHEME_COLUMNS] + adjustment.on_schemes)
        registers = _softmax(self.sharpness["registers"] * scores[REGISTER_COLUMNS])
        by_scheme = dict(zip(SCHEMES.ids, schemes.tolist(), strict=True))
        action = "alert" if risk >= self.alert else "review" if risk >= self.review else "pass"
        if action == "alert":
            schemes[NONE_SCHEME] = -1
        return Verdict(
            action=action,
            risk=risk,
            score=score,
            scheme=SCHEMES.ids[int(schemes.argmax())],
            schemes=by_scheme,
            register=REGISTERS.ids[int(registers.argmax())],
            registers=dict(zip(REGISTERS.ids, registers.tolist(), strict=True)),
        )

    def verdicts(self, scores: Floats, parts: NDArray[np.intp], readable: NDArray[np.bool_]) -> Scores:
        """The same for n texts, from (n, outputs) and (n,), without probabilities of labels; texts that are not
        ``readable`` (n,) pass."""
        risks = np.where(readable, sigmoid(self.risk.log_odds(scores, parts)), 0.0)
        alert = risks >= self.alert
        schemes, registers = scores[:, SCHEME_COLUMNS].copy(), scores[:, REGISTER_COLUMNS]
        schemes[alert, NONE_SCHEME] = -np.inf  # an alert always names a scheme
        best, register = schemes.argmax(axis=1), registers.argmax(axis=1)
        best[~readable], register[~readable] = NONE_SCHEME, 0
        return Scores(
            risk=risks,
            action=np.where(alert, "alert", np.where(risks >= self.review, "review", "pass")).tolist(),
            scheme=[SCHEMES.ids[i] for i in best.tolist()],
            register=[REGISTERS.ids[i] for i in register.tolist()],
        )

    def distance(self, verdict: Verdict) -> float:
        """Log-odds from the score to the next action's threshold; 0 for an alert."""
        if verdict.action == "alert":
            return 0.0
        threshold = self.review if verdict.action == "pass" else self.alert
        threshold = min(max(threshold, _EDGE), 1 - _EDGE)  # at 0 or 1 it is infinitely far
        return math.log(threshold / (1 - threshold)) - verdict.score


@dataclass(frozen=True, slots=True)
class TacticHeads:
    """Calibration of the clause model's outputs, one a tactic in label order, and the ``thresholds`` (20,) on
    probability from which a clause makes the move."""

    calibration: Calibration
    thresholds: Floats

    def probabilities(self, scores: Floats) -> Floats:
        """(clauses, tactics) from the clause model's scores of that shape."""
        return self.calibration(scores)

    def made(self, probabilities: Floats) -> NDArray[np.bool_]:
        """(clauses, tactics): which clause makes which move."""
        return probabilities >= self.thresholds


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()  # type: ignore[no-any-return]
