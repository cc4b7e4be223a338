"""Intervals by bootstrap over groups."""

from __future__ import annotations

import numpy as np
import pytest

from huashu_training.measure.bootstrap import estimate, resamples


def test_resamples_draw_whole_groups() -> None:
    groups = np.array([0, 1, 0, 2, 2, 2])
    for rows in resamples(groups, number=50):
        counts = np.bincount(rows, minlength=6)
        assert counts[0] == counts[2]
        assert counts[3] == counts[4] == counts[5]


def test_the_interval_of_a_mean_is_about_two_standard_errors() -> None:
    values = np.random.default_rng(6).normal(0, 1, 400)
    value, low, high = estimate(lambda rows: float(values[rows].mean()), np.arange(400))
    assert low < value < high
    assert high - low == pytest.approx(4 / 20, rel=0.2)
