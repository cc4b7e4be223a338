"""Cross-validation never judges nor calibrates on what it has learned from."""

from __future__ import annotations

import numpy as np
import pytest

from huashu_corpora import Document
from huashu_corpora.groups import group_numbers, near_duplicates
from huashu_training.fit.folds import Fold, HeldOut, LeakError, grouped_folds
from huashu_training.fit.judged import Judged
from huashu_training.measure.crossvalidation import calibrate_folds, check_near_duplicates

pytestmark = pytest.mark.slow


def test_a_planted_near_duplicate_across_a_split_is_an_error(planted: list[Document]) -> None:
    last = len(planted) - 1
    pairs = near_duplicates([document.text for document in planted])
    assert [(i, j) for i, j, _ in pairs] == [(0, last)]
    check_near_duplicates(pairs, [Fold(np.arange(1, last), np.array([0, last]))])
    with pytest.raises(LeakError, match=rf"near-duplicates .* on both sides of a split: texts 0 and {last}"):
        check_near_duplicates(pairs, [Fold(np.arange(last), np.array([last]))])


def test_grouped_folds_pass_the_check_on_the_shipped_corpora(documents: list[Document]) -> None:
    groups = np.array(group_numbers(documents))
    pairs = near_duplicates([document.text for document in documents])
    check_near_duplicates(pairs, grouped_folds([document.hand for document in documents], groups, 8))


def test_a_fold_is_never_calibrated_on_its_own_groups() -> None:
    nothing_learned = Fold(np.array([], np.intp), np.arange(3))
    judged = Judged(
        np.zeros((3, 22)),
        np.ones(3, np.intp),
        np.zeros((3, 22), np.int8),
        np.zeros(3, bool),
        np.zeros(3, bool),
        np.array([0, 0, 1]),
    )
    held_out = HeldOut(np.array([0, 0, 1]), [nothing_learned, nothing_learned], np.array([7, 8, 7]))
    with pytest.raises(LeakError, match="1 groups stand on both sides"):
        calibrate_folds(judged, judged.only(np.array([], np.intp)), held_out)
