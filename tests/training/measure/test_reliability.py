"""Reliability: stated risks beside measured shares."""

from __future__ import annotations

import numpy as np
import pytest

from huashu_training.measure.reliability import expected_calibration_error, reliability


def test_reliability_bins_hold_every_text_and_a_perfect_model_has_no_error() -> None:
    risks = np.repeat([0.05, 0.55, 1.0], 100)
    truth = np.concatenate([np.arange(100) < 5, np.arange(100) < 55, np.full(100, True)])
    assert sum(count for _, _, count in reliability(risks, truth)) == 300
    assert expected_calibration_error(risks, truth) == pytest.approx(0)
    assert expected_calibration_error(risks, ~truth) > 0.6
