"""Risk out of heads that have to agree, each one's share of it, and what the highest of several parts means."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from huashu.labels import REGISTERS, SCHEMES
from huashu.verdict.outputs import FRAUD_COLUMN, NONE_SCHEME, REPORT_COLUMN, SCHEME_COLUMNS, likeliest_fraud
from huashu.verdict.risk import (
    AgreementCalibration,
    Calibration,
    Floats,
    RiskModel,
    sigmoid,
)

OUTPUTS = 2 + len(SCHEMES.ids) + len(REGISTERS.ids)
MODEL = RiskModel(
    AgreementCalibration(4.0, 2.5, 0.5),
    Calibration(5.0, -0.2),
    Calibration(1.1, -0.1),
    0.8,
)
SCORES = arrays(np.float64, OUTPUTS, elements=st.floats(-6, 6))


@given(SCORES, SCORES)
def test_shares_sum_to_the_score(scores: Floats, base: Floats) -> None:
    start, factors = MODEL.factors(base, scores)
    assert start + factors @ (scores - base) == pytest.approx(float(MODEL.log_odds(scores[np.newaxis])[0]), abs=1e-6)


@given(SCORES)
def test_risk_rises_with_each_head_of_fraud_and_falls_with_the_report(scores: Floats) -> None:
    scheme = int(likeliest_fraud(scores[np.newaxis])[0])
    here, more_fraud, more_scheme, more_report = sigmoid(
        MODEL.log_odds(scores + 0.5 * np.eye(OUTPUTS)[[OUTPUTS - 1, FRAUD_COLUMN, scheme, REPORT_COLUMN]])
    )
    assert 0 <= more_report <= here <= more_fraud <= 1
    assert here <= more_scheme


@given(SCORES)
def test_the_likeliest_fraud_is_never_none(scores: Floats) -> None:
    assert likeliest_fraud(scores[np.newaxis])[0] != SCHEME_COLUMNS.start + NONE_SCHEME


def test_the_same_part_means_less_the_more_of_them_it_was_chosen_from() -> None:
    scores = np.full((4, OUTPUTS), 0.8)
    one, *several = MODEL.log_odds(scores, np.array([1, 10, 50, 200])).tolist()
    assert one == pytest.approx(float(MODEL.log_odds(scores)[0]))
    assert several == sorted(several, reverse=True)


def test_extreme_scores_stay_finite() -> None:
    scores = np.repeat(np.array([-1e3, 0.0, 1e3])[:, np.newaxis], OUTPUTS, axis=1)
    scores[:, REPORT_COLUMN] *= -1
    assert np.isfinite(MODEL.log_odds(scores)).all()
