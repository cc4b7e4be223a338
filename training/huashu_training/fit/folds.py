"""Honest splits: what belongs together stands on one side of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold

FEWEST_HANDS = 4
"""From this many writing hands on, folds hold out hands; with fewer they hold out groups."""

Groups = NDArray[np.intp]
"""(texts,): texts with the same number belong together (see :mod:`huashu_corpora.groups`)."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Row numbers of one split: ``train`` holds nothing of the groups in ``test``."""

    train: NDArray[np.intp]
    test: NDArray[np.intp]


class LeakError(ValueError):
    """A split has texts of one group on both sides. A programming error, never a user's."""


def check_no_leak(fold: Fold, groups: Groups) -> None:
    """LeakError if a group stands on both sides of ``fold``."""
    shared = np.intersect1d(groups[fold.train], groups[fold.test])
    if len(shared):
        raise LeakError(f"{len(shared)} groups stand on both sides of a split, the first is {shared[0]}")


FoldMaker = Callable[[Sequence[str], Groups, int], list[Fold]]
"""Makes folds, at most as many as it is told, of texts with these writing hands and groups (texts,)."""


def grouped_folds(hands: Sequence[str], groups: Groups, folds: int) -> list[Fold]:
    """Folds that keep each group (stated family or near-duplicates) on one side, whoever wrote it."""
    splitter = GroupKFold(n_splits=min(folds, len(np.unique(groups))))
    result = [Fold(train, test) for train, test in splitter.split(groups, groups=groups)]
    for fold in result:
        check_no_leak(fold, groups)
    return result


def hand_folds(hands: Sequence[str], groups: Groups, folds: int) -> list[Fold]:
    """Each writing hand is held out with all its texts; texts of others that share a group with them are left out."""
    names = sorted(set(hands))
    lots = min(folds, len(names))
    result = []
    for first in range(lots):
        held_out = np.isin(hands, names[first::lots])
        test = np.flatnonzero(held_out)
        train = np.flatnonzero(~held_out & ~np.isin(groups, groups[test]))
        result.append(Fold(train, test))
        check_no_leak(result[-1], groups)
    return result


def honest_folds(hands: Sequence[str], groups: Groups, folds: int) -> list[Fold]:
    """Hand folds where there are hands enough, otherwise grouped folds."""
    by_hand = len(set(hands)) >= FEWEST_HANDS and "" not in hands
    return (hand_folds if by_hand else grouped_folds)(hands, groups, folds)


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Which fold's model may judge a text: ``fold_of`` (texts,) numbers the ``folds``; ``groups`` (texts,) belong
    together. LeakError when a text's model has learned from its group.

    Without folds one finished model, which has learned from none of the texts, judges all.
    """

    fold_of: NDArray[np.intp]
    folds: Sequence[Fold]
    groups: Groups

    def __post_init__(self) -> None:
        for number, fold in enumerate(self.folds):
            check_no_leak(Fold(fold.train, np.flatnonzero(self.fold_of == number)), self.groups)
