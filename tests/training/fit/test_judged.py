"""Long texts are put beside short ones by how many harmless ones stand out."""

from __future__ import annotations

import numpy as np
import pytest

from huashu.verdict.outputs import FRAUD_COLUMN
from huashu.verdict.risk import AgreementCalibration, Calibration, RiskModel
from huashu_training.fit.calibration import BAYES, LONG_STANDS_OUT, STANDS_OUT, fit_length
from huashu_training.fit.judged import Judged

OUTPUTS = 22
NO_REPORTS = Calibration(0.0, -30.0)
RISK = RiskModel(AgreementCalibration(1.0, 0.0, 0.0), NO_REPORTS, Calibration(1.0, 0.0), BAYES)


def harmless(fraud: np.ndarray, parts: np.ndarray) -> Judged:
    """Harmless ordinary texts with these scores of the fraud head."""
    number = len(fraud)
    scores = np.zeros((number, OUTPUTS))
    scores[:, FRAUD_COLUMN] = fraud
    nothing = np.zeros((number, OUTPUTS), np.int8)
    return Judged(scores, parts, nothing, np.ones(number, bool), np.zeros(number, bool), np.zeros(number, np.intp))


@pytest.mark.parametrize("spread", [1.0, 2.5])
def test_no_more_harmless_long_texts_stand_out_than_are_allowed(spread: float) -> None:
    """The highest of n draws is higher the more there are; the number of parts takes it back."""
    generator = np.random.default_rng(5)
    single = harmless(generator.normal(-4, spread, 4000), np.ones(4000, np.intp))
    parts = generator.integers(10, 200, 2000)
    highest = np.array([generator.normal(-4, spread, n).max() for n in parts])
    long = harmless(highest, parts)
    length = fit_length(RISK, single, long)
    bound = np.quantile(single.log_odds(RISK), 1 - STANDS_OUT)
    assert (highest - length * np.log(parts) > bound).mean() <= LONG_STANDS_OUT
    assert (highest - (length - 0.05) * np.log(parts) > bound).mean() > LONG_STANDS_OUT


def test_without_long_texts_bayes_rule_stands() -> None:
    single = harmless(np.linspace(-5, 0, 50), np.ones(50, np.intp))
    assert fit_length(RISK, single, single.only(np.zeros(50, bool))) == BAYES
