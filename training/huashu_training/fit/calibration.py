"""From out-of-fold scores to probabilities."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar

from huashu.verdict.risk import Calibration, RiskModel

DIGITS = 5
"""Fitted numbers are rounded to this many decimals, so that the last bits of an optimiser do not reach the artifact."""


def fit_platt(scores: NDArray[np.float64], truth: NDArray[np.bool_]) -> Calibration:
    """Platt's sigmoid with his smoothed targets (Platt 1999, section 2.2), fitted by maximum likelihood.

    With fewer than two classes the probability is the smoothed base rate for every score.
    """
    positives, negatives = int(truth.sum()), int((~truth).sum())
    if not positives or not negatives:
        rate = (positives + 1) / (positives + negatives + 2)
        return Calibration(0.0, round(float(np.log(rate / (1 - rate))), DIGITS))
    targets = np.where(truth, (positives + 1) / (positives + 2), 1 / (negatives + 2))

    def loss(parameters: NDArray[np.float64]) -> float:
        logits = parameters[0] * scores + parameters[1]
        return float(np.sum(np.logaddexp(0, logits) - targets * logits))

    slope, offset = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead", options={"xatol": 1e-7}).x
    return Calibration(round(float(slope), DIGITS), round(float(offset), DIGITS))


def fit_risk(
    fraud: NDArray[np.float64], report: NDArray[np.float64], is_fraud: NDArray[np.bool_], is_report: NDArray[np.bool_]
) -> RiskModel:
    """The risk model from out-of-fold head scores (n,) and the truth (n,) of both heads.

    The report head is asked, and so calibrated, on fraud only: its factor is P(not report, given fraud).
    """
    identity = Calibration(1.0, 0.0)
    raw = RiskModel(fit_platt(fraud, is_fraud), fit_platt(report[is_fraud], is_report[is_fraud]), identity)
    return replace(raw, final=fit_platt(raw.log_odds(fraud, report), is_fraud & ~is_report))


def fit_sharpness(scores: NDArray[np.float64], truth: NDArray[np.intp]) -> float:
    """The factor on the scores (n, labels) whose softmax gives ``truth`` (n,) the highest likelihood."""

    def loss(factor: float) -> float:
        logits = factor * scores
        total = np.logaddexp.reduce(logits, axis=1)
        return float(np.sum(total - logits[np.arange(len(truth)), truth]))

    return round(float(minimize_scalar(loss, bounds=(0.05, 30), method="bounded").x), DIGITS)


def best_f1_threshold(probabilities: NDArray[np.float64], truth: NDArray[np.bool_]) -> float:
    """The probability at which F1 is highest; 0.5 when nothing is true."""
    if not truth.any():
        return 0.5
    order = np.argsort(-probabilities, kind="stable")
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + truth.sum())
    return float(np.floor(probabilities[order[int(f1.argmax())]] * 10**DIGITS) / 10**DIGITS)


def reliability(risks: NDArray[np.float64], truth: NDArray[np.bool_], bins: int = 10) -> list[tuple[float, float, int]]:
    """``(mean risk, share true, texts)`` of each of ``bins`` equally wide bins that is not empty, in order of risk."""
    numbers = np.minimum((risks * bins).astype(np.intp), bins - 1)
    members = [numbers == number for number in np.unique(numbers)]
    return [(float(risks[rows].mean()), float(truth[rows].mean()), int(rows.sum())) for rows in members]


def expected_calibration_error(risks: NDArray[np.float64], truth: NDArray[np.bool_], bins: int = 10) -> float:
    """Mean distance between risk and share true over the bins, weighted by texts (Naeini et al. 2015). 0..1."""
    return sum(abs(mean - share) * count for mean, share, count in reliability(risks, truth, bins)) / len(risks)
