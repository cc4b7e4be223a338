"""Risk: that a fraud scheme is at work *and* that somebody concerned speaks, not a third person who reports it.

    p = P(fraud) * P(not report | fraud),   score = slope * ln(p / (1 - p)) + offset,   risk = 1 / (1 + exp(-score))

Both factors come from linear heads by Platt's sigmoid; the report head is trained on fraud only. Two heads instead of
one, because reports share every word with the fraud they report: a single head has to unlearn what it learned
(``docs/decisions/0002-two-heads.md``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Score -> probability: ``1 / (1 + exp(-(slope * score + offset)))`` (Platt 1999). Arrays (outputs,) calibrate the
    columns of scores (n, outputs), each its own way."""

    slope: float | Floats
    offset: float | Floats

    def log_odds(self, score: Floats) -> Floats:
        return self.slope * score + self.offset

    def __call__(self, score: Floats) -> Floats:
        return sigmoid(self.log_odds(score))


def sigmoid(log_odds: Floats) -> Floats:
    """Log-odds -> probability, without overflow."""
    return np.exp(-np.logaddexp(0, -log_odds))


@dataclass(frozen=True, slots=True)
class RiskModel:
    """``fraud`` and ``report`` calibrate their heads; ``final`` calibrates the log-odds of the product."""

    fraud: Calibration
    report: Calibration
    final: Calibration

    def log_odds(self, fraud: Floats, report: Floats) -> Floats:
        """The scores (n,) of texts from their raw head scores (n,) each."""
        log_p = -np.logaddexp(0, -self.fraud.log_odds(fraud)) - np.logaddexp(0, self.report.log_odds(report))
        log_q = np.log(-np.expm1(np.minimum(log_p, -1e-300)))
        return self.final.log_odds(log_p - log_q)

    def factors(self, base: tuple[float, float], scores: tuple[float, float]) -> tuple[float, float, float]:
        """``(score at base, factor of fraud, factor of report)`` with
        score = score at base + factor of fraud * (fraud - base) + factor of report * (report - base).

        Shapley's value of the two heads: each gets the mean of its effect before and after the other's
        (Shapley 1953). Inside a head, which is linear, parts are proportional to their contributions.
        """
        fraud = np.array([base[0], scores[0], base[0], scores[0]])
        report = np.array([base[1], base[1], scores[1], scores[1]])
        neither, only_fraud, only_report, both = self.log_odds(fraud, report).tolist()
        by_fraud = ((only_fraud - neither) + (both - only_report)) / 2
        by_report = ((only_report - neither) + (both - only_fraud)) / 2
        return neither, _ratio(by_fraud, scores[0] - base[0]), _ratio(by_report, scores[1] - base[1])


def _ratio(effect: float, change: float) -> float:
    return effect / change if change else 0.0
