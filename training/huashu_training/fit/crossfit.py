"""Out-of-fold scores: every text scored by a model that saw neither it, nor its group, nor (if held out) its writer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sparse
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.model_selection import GroupKFold

from huashu.scoring.linear import LinearModel
from huashu_corpora.document import Document
from huashu_corpora.groups import group_numbers
from huashu_training.fit.pipeline import (
    GramCounts,
    LinearHeads,
    NoveltyTfidf,
    Targets,
    compile_model,
    counting,
    vocabulary,
    weighing,
)

FEWEST_HANDS = 4
"""From this many writing hands on, cross-fitting holds out hands; with fewer it holds out groups."""
TEXT_FOLDS, CLAUSE_FOLDS = 8, 4
"""Hands (or groups) are held out in at most this many lots; there are ten times as many clauses as texts."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Row numbers of one split: ``train`` holds nothing of the groups in ``test``."""

    train: NDArray[np.intp]
    test: NDArray[np.intp]


class LeakError(ValueError):
    """A split has texts of one group on both sides. A programming error, never a user's."""


def check_no_leak(fold: Fold, groups: NDArray[np.intp]) -> None:
    """LeakError if a group stands on both sides of ``fold``."""
    shared = np.intersect1d(groups[fold.train], groups[fold.test])
    if len(shared):
        raise LeakError(f"{len(shared)} groups stand on both sides of a split, the first is {shared[0]}")


def without_copies(fold: Fold, written: int) -> Fold:
    """``fold`` without the noisy copies, which stand after the ``written`` documents."""
    return Fold(fold.train[fold.train < written], fold.test[fold.test < written])


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Which fold's model may judge a text: ``fold_of`` (texts,) numbers the ``folds``; ``groups`` (texts,) belong
    together. LeakError when a text's model has learned from its group.

    Without folds one finished model, which has learned from none of the texts, judges all.
    """

    fold_of: NDArray[np.intp]
    folds: Sequence[Fold]
    groups: NDArray[np.intp]

    def __post_init__(self) -> None:
        for number, fold in enumerate(self.folds):
            check_no_leak(Fold(fold.train, np.flatnonzero(self.fold_of == number)), self.groups)


def grouped_folds(documents: Sequence[Document], folds: int = TEXT_FOLDS) -> list[Fold]:
    """Folds that keep each group (stated family or near-duplicates) on one side."""
    groups = np.array(group_numbers(documents))
    splitter = GroupKFold(n_splits=min(folds, len(set(groups.tolist()))))
    result = [Fold(train, test) for train, test in splitter.split(groups, groups=groups)]
    for fold in result:
        check_no_leak(fold, groups)
    return result


def hand_folds(documents: Sequence[Document], folds: int = TEXT_FOLDS) -> list[Fold]:
    """Each writing hand is held out with all its texts; texts of others that share a group with them are left out."""
    groups = np.array(group_numbers(documents))
    hands = np.array([document.hand for document in documents])
    names = sorted(set(hands.tolist()))
    lots = [names[first :: min(folds, len(names))] for first in range(min(folds, len(names)))]
    result = []
    for lot in lots:
        test = np.flatnonzero(np.isin(hands, lot))
        train = np.flatnonzero(~np.isin(hands, lot) & ~np.isin(groups, groups[test]))
        result.append(Fold(train, test))
        check_no_leak(result[-1], groups)
    return result


def honest_folds(documents: Sequence[Document], folds: int) -> list[Fold]:
    """At most ``folds`` hand folds where there are hands enough, otherwise grouped folds."""
    hands = {document.hand for document in documents}
    by_hand = len(hands) >= FEWEST_HANDS and "" not in hands
    return hand_folds(documents, folds) if by_hand else grouped_folds(documents, folds)


@dataclass(frozen=True, slots=True)
class FoldModel:
    """What one fold has learned: the fitted ``weighers`` in order of channels, and the fitted ``heads``."""

    weighers: tuple[NoveltyTfidf, ...]
    heads: LinearHeads

    def score(self, counts: Sequence[sparse.csr_matrix]) -> NDArray[np.float64]:
        """Scores (texts, outputs) from gram counts of any texts, one matrix a channel."""
        parts = [weigher.transform(matrix) for weigher, matrix in zip(self.weighers, counts, strict=True)]
        return self.heads.decision_function(sparse.hstack(parts, format="csr"))


def fit_fold(
    channels: Sequence[str],
    counts: Sequence[sparse.csr_matrix],
    targets: Targets,
    rows: NDArray[np.intp],
    heads: LinearHeads,
) -> FoldModel:
    """A model that learns from ``rows`` of all texts only, with a copy of the unfitted ``heads``."""
    fresh = weighing(channels)
    weighers = tuple(weigher.fit(matrix[rows]) for weigher, matrix in zip(fresh, counts, strict=True))
    features = [weigher.transform(matrix[rows]) for weigher, matrix in zip(weighers, counts, strict=True)]
    return FoldModel(weighers, clone(heads).fit(sparse.hstack(features, format="csr"), targets[rows]))


@dataclass(frozen=True, slots=True)
class CrossFit:
    """Models of all folds, and the out-of-fold ``scores`` (texts, outputs) of the texts that they were made of.

    ``counters`` turn sources into gram counts, one a channel (they hold no label), ``counts`` are those of the texts;
    ``fold_of`` (texts,) is the fold that holds each text out.
    """

    counters: Sequence[GramCounts]
    counts: Sequence[sparse.csr_matrix]
    models: Sequence[FoldModel]
    fold_of: NDArray[np.intp]
    scores: NDArray[np.float64]

    def compiled(self) -> list[LinearModel]:
        """The folds' models in the runtime's form."""
        names = vocabulary(self.counters)
        return [compile_model(names, model.weighers, model.heads) for model in self.models]


def cross_fit(
    channels: Sequence[str],
    sources: Sequence[Any],
    targets: Targets,
    folds: Sequence[Fold],
    groups: NDArray[np.intp],
    heads: LinearHeads,
    advance: Callable[[], Any] = lambda: None,
) -> CrossFit:
    """Fit each fold; every text is scored by the model of the fold that tests it.

    Everything that learns is fitted inside each fold, a copy of the unfitted ``heads`` included. ``advance`` is called
    once a finished fold. LeakError, before anything is fitted, when a fold parts one of the ``groups`` (texts,).
    """
    for fold in folds:
        check_no_leak(fold, groups)
    counters = counting(channels)
    counts = [counter.fit_transform(sources) for counter in counters]
    jobs = (delayed(fit_fold)(channels, counts, targets, fold.train, heads) for fold in folds)
    models: list[FoldModel] = []
    scores = np.zeros(targets.shape)
    fold_of = np.zeros(len(sources), np.intp)
    for fold, model in zip(folds, Parallel(n_jobs=2, return_as="generator", mmap_mode="r")(jobs), strict=True):
        scores[fold.test] = model.score([matrix[fold.test] for matrix in counts])
        fold_of[fold.test] = len(models)
        models.append(model)
        advance()
    return CrossFit(counters, counts, models, fold_of, scores)
