"""Calibration and thresholds keep what they promise."""

from __future__ import annotations

import numpy as np
import pytest

from huashu_training.fit.calibration import best_f1_threshold, fit_platt, fit_sharpness


def test_platt_recovers_the_curve_that_made_the_data() -> None:
    generator = np.random.default_rng(1)
    scores = generator.normal(0, 2, 20_000)
    truth = generator.random(20_000) < 1 / (1 + np.exp(-(1.5 * scores - 0.5)))
    calibration = fit_platt(scores, truth)
    assert calibration.slope == pytest.approx(1.5, abs=0.08)
    assert calibration.offset == pytest.approx(-0.5, abs=0.08)


def test_platt_of_one_class_is_the_base_rate() -> None:
    assert fit_platt(np.array([1.0, 2.0]), np.array([False, False]))(np.array([9.0]))[0] == pytest.approx(
        0.25, abs=1e-4
    )


def test_sharpness_makes_confident_scores_sharper() -> None:
    scores = np.array([[0.1, -0.1], [-0.1, 0.1]] * 50)
    assert fit_sharpness(scores, np.array([0, 1] * 50)) > 10


def test_best_f1_threshold_separates() -> None:
    assert 0.3 < best_f1_threshold(np.array([0.9, 0.8, 0.3, 0.1]), np.array([True, True, False, False])) <= 0.8
