"""Risk: that a fraud scheme is at work *and* that somebody concerned speaks, not a third person who reports it.

    p = P(fraud) * P(not report | fraud),   score = slope * ln(p / (1 - p)) + offset,   risk = 1 / (1 + exp(-score))

Both factors come from linear heads by Platt's sigmoid. P(fraud) goes by two of them that have to agree: one that tells
all frauds from everything else, and that of the likeliest scheme, which knows what its kind looks like. The report
head is trained on fraud only: reports share every word with the fraud they report, and a single head has to unlearn
what it learned (``docs/decisions/0002-two-heads.md``, ``0011-agreeing-heads.md``).

A text longer than the model knows is read in parts (:mod:`huashu.reading.parts`). The part with the highest score
decides, and the more parts it was chosen from, the less its score means:

    score of the text = highest - length * ln(parts)

With ``length`` = 1 this is Bayes' rule for a fraud that may stand in any one of the parts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huashu.verdict.outputs import FRAUD_COLUMN, REPORT_COLUMN, likeliest_fraud

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]


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


@dataclass(frozen=True, slots=True)
class AgreementCalibration:
    """Log-odds of fraud: ``slope`` times the score of the fraud head, ``scheme`` times that of the likeliest scheme
    besides ``none``, and ``offset``."""

    slope: float
    scheme: float
    offset: float

    def log_odds(self, fraud: Floats, scheme: Floats) -> Floats:
        return self.slope * fraud + self.scheme * scheme + self.offset


def sigmoid(log_odds: Floats) -> Floats:
    """Log-odds -> probability, without overflow."""
    return np.exp(-np.logaddexp(0, -log_odds))


@dataclass(frozen=True, slots=True)
class RiskModel:
    """``fraud`` and ``report`` calibrate their heads; ``final`` calibrates the log-odds of the product; ``length`` is
    what each unit of ln(parts) takes from the log-odds of the highest of several parts."""

    fraud: AgreementCalibration
    report: Calibration
    final: Calibration
    length: float

    def log_odds(self, scores: Floats, parts: Numbers | int = 1) -> Floats:
        """The log-odds of risk (n,) of texts from the document scores (n, outputs) of each one's deciding part, and of
        how many ``parts`` (n,) it was chosen."""
        fraud = self.fraud.log_odds(scores[:, FRAUD_COLUMN], _of_likeliest(scores))
        log_odds = self._product(fraud, self.report.log_odds(scores[:, REPORT_COLUMN]))
        return log_odds + self.by_length(parts)

    def by_length(self, parts: Numbers | int) -> Floats:
        """What being the highest of so many ``parts`` (n,) adds to the log-odds of one: nothing, or less than that."""
        return -self.length * np.log(parts)

    def factors(self, base: Floats, scores: Floats) -> tuple[float, Floats]:
        """``(score at base, factors (outputs,))`` with
        log-odds of ``scores`` = score at base + sum of factors * (scores - base), each (outputs,), of one part.

        Shapley's value of P(fraud) and P(report): each gets the mean of its effect before and after the other's
        (Shapley 1953). Inside both, which are linear, parts are proportional to their contributions.
        """
        scheme = int(likeliest_fraud(scores[np.newaxis])[0])
        ends = np.stack([base, scores])
        fraud = self.fraud.log_odds(ends[:, FRAUD_COLUMN], ends[:, scheme])
        report = np.asarray(self.report.log_odds(ends[:, REPORT_COLUMN]))
        neither, only_fraud, only_report, both = self._product(fraud[[0, 1, 0, 1]], report[[0, 0, 1, 1]]).tolist()
        by_fraud = ((only_fraud - neither) + (both - only_report)) / 2
        by_report = ((only_report - neither) + (both - only_fraud)) / 2
        factors = np.zeros(len(scores))
        per_fraud, per_report = _ratio(by_fraud, fraud[1] - fraud[0]), _ratio(by_report, report[1] - report[0])
        factors[FRAUD_COLUMN], factors[scheme] = per_fraud * self.fraud.slope, per_fraud * self.fraud.scheme
        factors[REPORT_COLUMN] = per_report * self.report.slope
        return neither, factors

    def _product(self, fraud: Floats, report: Floats) -> Floats:
        """The calibrated log-odds of P(fraud) * P(not report | fraud) from the log-odds (n,) of fraud and report."""
        log_p = -np.logaddexp(0, -fraud) - np.logaddexp(0, report)
        log_q = np.log(-np.expm1(np.minimum(log_p, -1e-300)))
        return self.final.log_odds(log_p - log_q)


def _of_likeliest(scores: Floats) -> Floats:
    return scores[np.arange(len(scores)), likeliest_fraud(scores)]


def _ratio(effect: float, change: float) -> float:
    return effect / change if change else 0.0
