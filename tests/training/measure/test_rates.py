"""The yardstick measures what it says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_score, recall_score

from huashu_training.measure.rates import Agreement, macro_f1, share, total

LABELS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=60)


@given(LABELS)
def test_macro_f1_is_the_mean_over_the_labels_that_occur(rows: list[tuple[int, int]]) -> None:
    truth, found = np.array(rows).T
    assert macro_f1(truth, found) == pytest.approx(f1_score(truth, found, average="macro", zero_division=0))


@given(LABELS)
def test_agreement_of_flags_is_precision_recall_and_f1(rows: list[tuple[int, int]]) -> None:
    marked, found = np.array(rows).T > 2
    agreement = Agreement.of(marked, found)
    assert agreement.precision == pytest.approx(precision_score(marked, found, zero_division=0))
    assert agreement.recall == pytest.approx(recall_score(marked, found, zero_division=0))
    assert agreement.f1 == pytest.approx(f1_score(marked, found, zero_division=0))
    assert (agreement.marked, agreement.found) == (marked.sum(), found.sum())


def test_agreement_counted_from_both_sides() -> None:
    agreement = Agreement(caught=3, missed=1, right=1, extra=1)
    assert (agreement.recall, agreement.precision) == (0.75, 0.5)
    assert agreement.f1 == pytest.approx(2 * 0.75 * 0.5 / 1.25)
    assert total([agreement, agreement]) == Agreement(6, 2, 2, 2)


def test_what_is_not_there_has_no_share() -> None:
    nothing = np.zeros(3, dtype=bool)
    assert math.isnan(share(nothing, nothing))
    assert share(np.array([True, False, True]), ~nothing) == pytest.approx(2 / 3)
    assert math.isnan(macro_f1(np.zeros(0, np.intp), np.zeros(0, np.intp)))
