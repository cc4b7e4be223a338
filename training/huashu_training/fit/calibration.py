"""From out-of-fold scores to probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar

from huashu.labels import TACTICS
from huashu.verdict.decide import TacticHeads
from huashu.verdict.outputs import (
    FRAUD_COLUMN,
    REGISTER_COLUMNS,
    REPORT_COLUMN,
    SCHEME_COLUMNS,
    likeliest_fraud,
)
from huashu.verdict.risk import AgreementCalibration, Calibration, RiskModel, sigmoid
from huashu_training.fit.judged import Judged
from huashu_training.fit.pipeline import Targets

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

REPORTS = 0.01
"""Share of reports by third persons among the texts about a fraud that a desk gets."""
STANDS_OUT, LONG_STANDS_OUT = 0.03, 0.08
"""Of harmless traffic so many short texts lie above a bound, above which so many long ones may lie: these are read once
where as many words in short texts are read many times."""
BAYES = 1.0
MOST, STEP = 3.0, 0.01
"""The most that the logarithm of the number of parts is weighed with, and the steps in which it is sought."""
DIGITS = 5
"""Fitted numbers are rounded to this many decimals, so that the last bits of an optimiser do not reach the artifact."""


def _fit(features: Floats, truth: Flags, weights: Floats | None = None) -> list[float]:
    """Factors of the ``features`` (n, k), and an offset, that give ``truth`` (n,) the highest likelihood under Platt's
    smoothed targets (Platt 1999, section 2.2), each text with its weight (n,).

    With fewer than two classes the factors are 0 and the offset is that of the smoothed base rate.
    """
    positives, negatives = int(truth.sum()), int((~truth).sum())
    if not positives or not negatives:
        rate = (positives + 1) / (positives + negatives + 2)
        return [0.0] * features.shape[1] + [round(float(np.log(rate / (1 - rate))), DIGITS)]
    targets = np.where(truth, (positives + 1) / (positives + 2), 1 / (negatives + 2))
    weights = np.ones(len(truth)) if weights is None else weights
    inputs = np.column_stack([features, np.ones(len(features))])

    def loss(parameters: Floats) -> tuple[float, Floats]:
        logits = inputs @ parameters
        value = np.sum(weights * (np.logaddexp(0, logits) - targets * logits))
        return float(value), inputs.T @ (weights * (sigmoid(logits) - targets))

    start = np.append(np.ones(features.shape[1]), 0.0)
    found = minimize(loss, start, jac=True, method="BFGS", options={"gtol": 1e-7 * len(truth)}).x
    return [round(float(value), DIGITS) for value in found]


def fit_platt(scores: Floats, truth: Flags, weights: Floats | None = None) -> Calibration:
    """Platt's sigmoid of ``scores`` (n,), each text with its weight (n,); see :func:`_fit`."""
    return Calibration(*_fit(scores[:, np.newaxis], truth, weights))


def fit_agreement(scores: Floats, is_fraud: Flags) -> AgreementCalibration:
    """How far the fraud head and the likeliest scheme count, from document scores (n, outputs)."""
    scheme = scores[np.arange(len(scores)), likeliest_fraud(scores)]
    return AgreementCalibration(*_fit(np.column_stack([scores[:, FRAUD_COLUMN], scheme]), is_fraud))


def fit_length(risk: RiskModel, short: Judged, long: Judged) -> float:
    """What ln(parts) takes from the highest log-odds of a ``long`` text, so that of harmless traffic no more than
    ``LONG_STANDS_OUT`` lie above the bound above which ``STANDS_OUT`` of the ``short`` texts lie. 1, which Bayes' rule
    says, where it cannot be seen."""
    if not len(short.scores) or short.traffic.ought.all() or not len(long.scores) or long.traffic.ought.all():
        return BAYES
    odds, rest = short.log_odds(risk), short.traffic.rest
    falling = np.argsort(-odds, kind="stable")
    bound = odds[falling][np.searchsorted(np.cumsum(rest[falling]), STANDS_OUT)]
    highest, by_parts, long_rest = risk.log_odds(long.scores), np.log(long.parts), long.traffic.rest
    for length in np.arange(0, MOST, STEP).round(DIGITS).tolist():
        if long_rest[highest - length * by_parts > bound].sum() <= LONG_STANDS_OUT:
            return float(length)
    return MOST


def fit_parts(texts: Judged) -> RiskModel:
    """The risk of what is read as a whole, from ``texts`` of one part.

    The report head is asked, and so calibrated, on fraud only: its factor is P(not report, given fraud). Reports weigh
    as in the traffic of a desk (``REPORTS``), not as in the corpora, where they are many so that they can be learned.
    """
    scores, targets = texts.scores, texts.targets
    is_fraud, is_report = targets[:, FRAUD_COLUMN] == 1, targets[:, REPORT_COLUMN] == 1
    reports, others = int(is_report.sum()), int((is_fraud & ~is_report).sum())
    weights = np.where(is_report, min(1.0, REPORTS / (1 - REPORTS) * others / max(1, reports)), 1.0)
    fraud = fit_agreement(scores, is_fraud)
    report = fit_platt(scores[is_fraud, REPORT_COLUMN], is_report[is_fraud], weights[is_fraud])
    raw = RiskModel(fraud, report, Calibration(1.0, 0.0), BAYES)
    return replace(raw, final=fit_platt(raw.log_odds(scores), is_fraud & ~is_report, weights))


def fit_risk(texts: Judged, joined: Judged) -> RiskModel:
    """The risk model from out-of-fold judgements of documents and of long texts joined of them."""
    short, long = texts.only(texts.parts == 1), texts.only(texts.parts > 1).and_(joined)
    risk = fit_parts(short)
    return replace(risk, length=fit_length(risk, short, long))


def fit_sharpness(scores: Floats, truth: NDArray[np.intp]) -> float:
    """The factor on the scores (n, labels) whose softmax gives ``truth`` (n,) the highest likelihood."""

    def loss(factor: float) -> float:
        logits = factor * scores
        total = np.logaddexp.reduce(logits, axis=1)
        return float(np.sum(total - logits[np.arange(len(truth)), truth]))

    return round(float(minimize_scalar(loss, bounds=(0.05, 30), method="bounded").x), DIGITS)


def best_f1_threshold(probabilities: Floats, truth: Flags) -> float:
    """The probability at which F1 is highest; 0.5 when nothing is true."""
    if not truth.any():
        return 0.5
    order = np.argsort(-probabilities, kind="stable")
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(order) + 1) + truth.sum())
    return float(np.floor(probabilities[order[int(f1.argmax())]] * 10**DIGITS) / 10**DIGITS)


def fit_tactics(scores: Floats, truth: Flags) -> TacticHeads:
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


def calibrate(texts: Judged, joined: Judged, clause_scores: Floats, clause_targets: Targets) -> Calibrations:
    """From out-of-fold judgements of texts, and scores and targets of clauses (clauses, tactics)."""
    labels = {"schemes": SCHEME_COLUMNS, "registers": REGISTER_COLUMNS}
    return Calibrations(
        risk=fit_risk(texts, joined),
        sharpness={
            name: fit_sharpness(texts.scores[:, of], texts.targets[:, of].argmax(axis=1)) for name, of in labels.items()
        },
        tactics=fit_tactics(clause_scores, clause_targets == 1),
    )
