"""The baseline on folds that hold little."""

from __future__ import annotations

import numpy as np
import pytest

from huashu_training.fit.folds import Fold
from huashu_training.measure.baseline import fit_baseline

pytestmark = pytest.mark.slow


def test_a_baseline_that_sees_one_class_gives_its_share() -> None:
    texts = ["刷卡机到期了", "晚上吃鱼", "明天开会", "免费换新机"]
    rows = np.arange(4)
    folds = [Fold(rows[[0, 3]], rows[1:2]), Fold(rows[1:3], rows[:1]), Fold(rows, rows[2:3])]
    baseline = fit_baseline(texts, np.array([True, False, False, True]), folds)
    risks = baseline(texts[:3], np.array([0, 1, 2]))
    assert risks[0] == 1
    assert risks[1] == 0
    assert 0 < risks[2] < 0.5
