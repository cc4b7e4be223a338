"""McNemar's test."""

from __future__ import annotations

import numpy as np
import pytest

from huashu_training.report.comparison import mcnemar


def test_mcnemar_counts_only_where_the_two_differ() -> None:
    ours, theirs = np.array([True] * 10 + [False] * 2 + [True] * 5), np.array([False] * 10 + [True] * 2 + [True] * 5)
    ahead, behind, p = mcnemar(ours, theirs)
    assert (ahead, behind) == (10, 2)
    assert p == pytest.approx(0.0386, abs=1e-4)
    assert mcnemar(ours, ours) == (0, 0, 1.0)
