"""What the outputs of the document model mean: a calibrated risk, a scheme, a register, and an action."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huashu.labels import NONE, REGISTERS, SCHEMES
from huashu.result import Scores
from huashu.verdict.adjustment import NEUTRAL, Adjustment
from huashu.verdict.risk import RiskModel, sigmoid

Floats = NDArray[np.float64]

FRAUD_COLUMN, REPORT_COLUMN = 0, 1
SCHEME_COLUMNS = slice(2, 2 + len(SCHEMES.ids))
REGISTER_COLUMNS = slice(SCHEME_COLUMNS.stop, SCHEME_COLUMNS.stop + len(REGISTERS.ids))
"""Where the document model's outputs stand."""

_NONE = SCHEMES.ids.index(NONE)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one text; fields as in :class:`huashu.Assessment`."""

    action: str
    risk: float
    score: float
    scheme: str
    schemes: Mapping[str, float]
    register: str
    registers: Mapping[str, float]


def unread() -> Judgement:
    """The verdict on a text without a single Chinese character: it passes, unjudged."""
    schemes = {name: float(name == NONE) for name in SCHEMES.ids}
    registers = {name: float(name == REGISTERS.ids[0]) for name in REGISTERS.ids}
    return Judgement("pass", 0.0, 0.0, NONE, schemes, REGISTERS.ids[0], registers)


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

    @classmethod
    def from_manifest(cls, calibration: Mapping[str, Any], point: Mapping[str, float]) -> Heads:
        """From the manifest's ``calibration`` and one of its operating points."""
        risk = RiskModel.from_manifest(calibration["risk"])
        return cls(risk, calibration["sharpness"], point["alert"], point["review"])

    def log_odds(self, scores: Floats) -> Floats:
        """Log-odds of risk (n,) from document scores (n, outputs)."""
        return self.risk.log_odds(scores[:, FRAUD_COLUMN], scores[:, REPORT_COLUMN])

    def judge(self, scores: Floats, adjustment: Adjustment = NEUTRAL) -> Judgement:
        """The verdict on one text from its document scores (outputs,), ``adjustment`` added."""
        score = float(self.log_odds(scores[np.newaxis])[0]) + adjustment.score
        risk = float(sigmoid(np.array(score)))
        schemes = _softmax(self.sharpness["schemes"] * scores[SCHEME_COLUMNS] + adjustment.on_schemes)
        registers = _softmax(self.sharpness["registers"] * scores[REGISTER_COLUMNS])
        by_scheme = dict(zip(SCHEMES.ids, schemes.tolist(), strict=True))
        action = "alert" if risk >= self.alert else "review" if risk >= self.review else "pass"
        if action == "alert":
            schemes[_NONE] = -1
        return Judgement(
            action,
            risk,
            score,
            SCHEMES.ids[int(schemes.argmax())],
            by_scheme,
            REGISTERS.ids[int(registers.argmax())],
            dict(zip(REGISTERS.ids, registers.tolist(), strict=True)),
        )

    def judge_many(self, scores: Floats, readable: NDArray[np.bool_]) -> Scores:
        """The same for n texts without probabilities of labels; texts that are not ``readable`` (n,) pass."""
        risks = np.where(readable, sigmoid(self.log_odds(scores)), 0.0)
        alert = risks >= self.alert
        schemes, registers = scores[:, SCHEME_COLUMNS].copy(), scores[:, REGISTER_COLUMNS]
        schemes[alert, _NONE] = -np.inf  # an alert always names a scheme
        best, register = schemes.argmax(axis=1), registers.argmax(axis=1)
        best[~readable], register[~readable] = _NONE, 0
        return Scores(
            risk=risks,
            action=np.where(alert, "alert", np.where(risks >= self.review, "review", "pass")).tolist(),
            scheme=[SCHEMES.ids[i] for i in best.tolist()],
            register=[REGISTERS.ids[i] for i in register.tolist()],
        )

    def distance(self, said: Judgement) -> float:
        """Log-odds from the score to the next action's threshold; 0 for an alert."""
        if said.action == "alert":
            return 0.0
        threshold = self.review if said.action == "pass" else self.alert
        return math.log(threshold / (1 - threshold)) - said.score


def _softmax(scores: Floats) -> Floats:
    powers = np.exp(scores - scores.max())
    return powers / powers.sum()  # type: ignore[no-any-return]
