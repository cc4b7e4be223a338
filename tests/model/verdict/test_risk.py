"""Risk out of two heads, and each head's share of it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huashu.verdict.risk import Calibration, RiskModel, sigmoid

MODEL = RiskModel(Calibration(4.0, 0.5), Calibration(5.0, -0.2), Calibration(1.1, -0.1))
SCORE = st.floats(-6, 6)


@given(SCORE, SCORE, SCORE, SCORE)
def test_shares_sum_to_the_score(fraud: float, report: float, base_fraud: float, base_report: float) -> None:
    start, by_fraud, by_report = MODEL.factors((base_fraud, base_report), (fraud, report))
    score = float(MODEL.log_odds(np.array([fraud]), np.array([report]))[0])
    assert start + by_fraud * (fraud - base_fraud) + by_report * (report - base_report) == pytest.approx(
        score, abs=1e-6
    )


@given(SCORE, SCORE)
def test_risk_rises_with_fraud_and_falls_with_report(fraud: float, report: float) -> None:
    here, more_fraud, more_report = sigmoid(
        MODEL.log_odds(np.array([fraud, fraud + 0.5, fraud]), np.array([report, report, report + 0.5]))
    )
    assert 0 <= more_report <= here <= more_fraud <= 1


def test_extreme_scores_stay_finite() -> None:
    scores = np.array([-1e3, 0.0, 1e3])
    assert np.isfinite(MODEL.log_odds(scores, scores[::-1].copy())).all()
