"""Splits are honest: what belongs together stands on one side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from huashu_corpora import Document
from huashu_corpora.groups import group_numbers
from huashu_training.fit.folds import (
    Fold,
    FoldMaker,
    Groups,
    HeldOut,
    LeakError,
    check_no_leak,
    grouped_folds,
    hand_folds,
    honest_folds,
)

pytestmark = pytest.mark.slow


def hands_and_groups(documents: Sequence[Document]) -> tuple[list[str], Groups]:
    return [document.hand for document in documents], np.array(group_numbers(documents))


def test_hand_folds_hold_each_writer_out(documents: list[Document]) -> None:
    tested: list[str] = []
    hands, groups = hands_and_groups(documents)
    for fold in hand_folds(hands, groups, 8):
        held_out = {hands[i] for i in fold.test}
        assert not held_out & {hands[i] for i in fold.train}
        tested += held_out
    assert sorted(tested) == sorted(set(hands))


@pytest.mark.parametrize("make_folds", [grouped_folds, hand_folds])
def test_a_planted_near_duplicate_stays_on_one_side(make_folds: FoldMaker, planted: list[Document]) -> None:
    last = len(planted) - 1
    for fold in make_folds(*hands_and_groups(planted), 8):
        assert not (0 in fold.train and last in fold.test)
        assert not (last in fold.train and 0 in fold.test)


def test_hands_are_held_out_where_there_are_enough_of_them() -> None:
    groups = np.arange(8)
    by_hand = honest_folds(list("aabbccdd"), groups, 4)
    assert [fold.test.tolist() for fold in by_hand] == [[0, 1], [2, 3], [4, 5], [6, 7]]
    for hands in ("aabbcc..", "aabbccd "):
        few = [hand.strip(" .") for hand in hands]
        assert {len(fold.test) for fold in honest_folds(few, groups, 8)} == {1}


def test_a_careless_splitter_is_caught(planted: list[Document], monkeypatch: pytest.MonkeyPatch) -> None:
    class Halves:
        def __init__(self, n_splits: int) -> None: ...

        def split(self, rows: Groups, groups: Groups) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
            return [(np.arange(20), np.arange(20, len(rows)))]

    monkeypatch.setattr("huashu_training.fit.folds.GroupKFold", Halves)
    with pytest.raises(LeakError, match="groups stand on both sides"):
        grouped_folds(*hands_and_groups(planted), 2)


def test_a_leak_is_an_error() -> None:
    with pytest.raises(LeakError, match="1 groups stand on both sides"):
        check_no_leak(Fold(np.array([0, 1]), np.array([2])), np.array([7, 8, 7]))


def test_a_text_is_never_judged_by_a_model_that_learned_from_its_group() -> None:
    folds, groups = [Fold(np.array([0]), np.array([2])), Fold(np.array([1]), np.array([0, 2]))], np.array([7, 8, 7])
    HeldOut(np.array([1, 0, 1]), folds, groups)
    with pytest.raises(LeakError, match="1 groups stand on both sides"):
        HeldOut(np.array([1, 0, 0]), folds, groups)
