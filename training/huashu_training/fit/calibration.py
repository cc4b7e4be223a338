"""From out-of-fold scores to probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar

from huashu.labels import TACTICS
from huashu.verdict.decide import FRAUD_COLUMN, REGISTER_COLUMNS, REPORT_COLUMN, SCHEME_COLUMNS, TacticHeads
from huashu.verdict.risk import Calibration, RiskModel, sigmoid
from huashu_training.fit.pipeline import Targets

Floats = NDArray[np.float64]

DIGITS = 5
"""Fitted numbers are rounded to this many decimals, so that the last bits of an optimiser do not reach the artifact."""


def fit_platt(scores: Floats, truth: NDArray[np.bool_]) -> Calibration:
    """Platt's sigmoid with his smoothed targets (Platt 1999, section 2.2), fitted by maximum likelihood.

    With fewer than two classes the probability is the smoothed base rate for every score.
    """
    positives, negatives = int(truth.sum()), int((~truth).sum())
    if not positives or not negatives:
        rate = (positives + 1) / (positives + negatives + 2)
        return Calibration(0.0, round(float(np.log(rate / (1 - rate))), DIGITS))
    targets = np.where(truth, (positives + 1) / (positives + 2), 1 / (negatives + 2))

    def loss(parameters: Floats) -> float:
        logits = parameters[0] * scores + parameters[1]
        return float(np.sum(np.logaddexp(0, logits) - targets * logits))

    slope, offset = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead", options={"xatol": 1e-7}).x
    return Calibration(round(float(slope), DIGITS), round(float(offset), DIGITS))


def fit_risk(scores: Floats, targets: Targets) -> RiskModel:
    """The risk model from out-of-fold document scores (n, outputs) and the targets of that shape.

    The report head is asked, and so calibrated, on fraud only: its factor is P(not report, given fraud).
    """
    fraud, report = scores[:, FRAUD_COLUMN], scores[:, REPORT_COLUMN]
    is_fraud, is_report = targets[:, FRAUD_COLUMN] == 1, targets[:, REPORT_COLUMN] == 1
    identity = Calibration(1.0, 0.0)
    raw = RiskModel(fit_platt(fraud, is_fraud), fit_platt(report[is_fraud], is_report[is_fraud]), identity)
    return replace(raw, final=fit_platt(raw.log_odds(fraud, report), is_fraud & ~is_report))


def log_odds(risk: RiskModel, scores: Floats) -> Floats:
    """Log-odds of risk (n,) from document scores (n, outputs)."""
    return risk.log_odds(scores[:, FRAUD_COLUMN], scores[:, REPORT_COLUMN])


def risks_of(risk: RiskModel, scores: Floats) -> Floats:
    """Risks (n,) from document scores (n, outputs)."""
    return sigmoid(log_odds(risk, scores))


def fit_sharpness(scores: Floats, truth: NDArray[np.intp]) -> float:
    """The factor on the scores (n, labels) whose softmax gives ``truth`` (n,) the highest likelihood."""

    def loss(factor: float) -> float:
        logits = factor * scores
        total = np.logaddexp.reduce(logits, axis=1)
        return float(np.sum(total - logits[np.arange(len(truth)), truth]))

    return round(float(minimize_scalar(loss, bounds=(0.05, 30), method="bounded").x), DIGITS)


def best_f1_threshold(probabilities: Floats, truth: NDArray[np.bool_]) -> float:
    """The probability at which F1 is highest; 0.5 when nothing is true."""
    if not truth.any():
        return 0.5
    order = np.argsort(-probabilities, kind="stable")
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + truth.sum())
    return float(np.floor(probabilities[order[int(f1.argmax())]] * 10**DIGITS) / 10**DIGITS)


def fit_tactics(scores: Floats, truth: NDArray[np.bool_]) -> TacticHeads:
    """A sigmoid for each move, and its threshold of best F1 by clause, from out-of-fold scores (clauses, tactics)."""
    columns = range(len(TACTICS.ids))
    fitted = [fit_platt(scores[:, k], truth[:, k]) for k in columns]
    thresholds = [best_f1_threshold(fitted[k](scores[:, k]), truth[:, k]) for k in columns]
    slopes, offsets = np.array([(one.slope, one.offset) for one in fitted]).T
    return TacticHeads(Calibration(slopes, offsets), np.array(thresholds))


@dataclass(frozen=True, slots=True)
class Calibrations:
    """What the outputs of both models mean: ``risk`` of the heads of fraud and report, ``sharpness`` of the scores of
    ``schemes`` and ``registers`` before their softmax, ``tactics`` of the clause model."""

    risk: RiskModel
    sharpness: Mapping[str, float]
    tactics: TacticHeads


def calibrate(scores: Floats, targets: Targets, clause_scores: Floats, clause_targets: Targets) -> Calibrations:
    """From out-of-fold scores and targets of texts (n, outputs) and of clauses (clauses, tactics)."""
    labels = {"schemes": SCHEME_COLUMNS, "registers": REGISTER_COLUMNS}
    return Calibrations(
        risk=fit_risk(scores, targets),
        sharpness={name: fit_sharpness(scores[:, of], targets[:, of].argmax(axis=1)) for name, of in labels.items()},
        tactics=fit_tactics(clause_scores, clause_targets == 1),
    )
