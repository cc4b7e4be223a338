"""Out-of-fold scores: every source scored by a model that saw neither it, nor its group, nor (if held out) its
writer; and models of everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sparse
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.pipeline import Pipeline

from huashu.progress import Progress
from huashu.scoring.linear import LinearModel
from huashu_training.fit.folds import Fold, Groups, check_no_leak
from huashu_training.fit.pipeline import (
    GramCounts,
    LinearHeads,
    NoveltyTfidf,
    Targets,
    compile_model,
    counting,
    pipeline,
    vocabulary,
    weighing,
)


@dataclass(frozen=True, slots=True)
class Task:
    """Something to learn: ``sources`` (texts or clauses), read by ``channels``, their ``targets``, the ``folds``, the
    ``groups`` (sources,) that no fold may part, which rows are ``learned`` from and which ``measured`` (noisy copies
    never are), and the unfitted ``heads``. ``name`` says what the sources are."""

    name: str
    channels: Sequence[str]
    sources: Sequence[Any]
    targets: Targets
    folds: Sequence[Fold]
    groups: Groups
    learned: NDArray[np.bool_]
    measured: NDArray[np.bool_]
    heads: LinearHeads


@dataclass(frozen=True, slots=True)
class FittedModel:
    """What was learned from some rows: the fitted ``weighers`` in order of channels, and the fitted ``heads``."""

    weighers: tuple[NoveltyTfidf, ...]
    heads: LinearHeads

    def score(self, counts: Sequence[sparse.csr_matrix]) -> NDArray[np.float64]:
        """Scores (sources, outputs) from gram counts of any sources, one matrix a channel."""
        parts = [weigher.transform(matrix) for weigher, matrix in zip(self.weighers, counts, strict=True)]
        return self.heads.decision_function(sparse.hstack(parts, format="csr"))


def fit_model(
    channels: Sequence[str],
    counts: Sequence[sparse.csr_matrix],
    targets: Targets,
    rows: NDArray[np.intp],
    heads: LinearHeads,
) -> FittedModel:
    """A model that learns from ``rows`` of all sources only, with a copy of the unfitted ``heads``."""
    fresh = weighing(channels)
    weighers = tuple(weigher.fit(matrix[rows]) for weigher, matrix in zip(fresh, counts, strict=True))
    features = [weigher.transform(matrix[rows]) for weigher, matrix in zip(weighers, counts, strict=True)]
    return FittedModel(weighers, clone(heads).fit(sparse.hstack(features, format="csr"), targets[rows]))


@dataclass(frozen=True, slots=True)
class CrossFit:
    """Models of all folds of a ``task``, and the out-of-fold ``scores`` (sources, outputs) of all its sources.

    ``counters`` turn sources into gram counts, one a channel (they hold no label), ``counts`` are those of the task's;
    ``fold_of`` (sources,) is the fold that holds each out.
    """

    task: Task
    counters: Sequence[GramCounts]
    counts: Sequence[sparse.csr_matrix]
    models: Sequence[FittedModel]
    fold_of: NDArray[np.intp]
    scores: NDArray[np.float64]

    @property
    def measured_scores(self) -> NDArray[np.float64]:
        """Scores (measured rows, outputs)."""
        return self.scores[self.task.measured]

    @property
    def truth(self) -> Targets:
        """Targets (measured rows, outputs)."""
        return self.task.targets[self.task.measured]

    def compiled(self) -> list[LinearModel]:
        """The folds' models in the runtime's form."""
        names = vocabulary(self.counters)
        return [compile_model(names, model.weighers, model.heads) for model in self.models]


def cross_fit(task: Task, progress: Progress) -> CrossFit:
    """Fit each fold; every source is scored by the model of the fold that tests it.

    Everything that learns is fitted inside each fold, a copy of the unfitted heads included. LeakError, before
    anything is fitted, when a fold parts a group.
    """
    folds = [Fold(fold.train[task.learned[fold.train]], fold.test) for fold in task.folds]
    for fold in folds:
        check_no_leak(fold, task.groups)
    advance = progress.stage(f"cross-fitting {task.name}", len(folds))
    counters = counting(task.channels)
    counts = [counter.fit_transform(task.sources) for counter in counters]
    jobs = (delayed(fit_model)(task.channels, counts, task.targets, fold.train, task.heads) for fold in folds)
    models: list[FittedModel] = []
    scores = np.zeros(task.targets.shape)
    fold_of = np.zeros(len(task.sources), np.intp)
    for fold, model in zip(folds, Parallel(n_jobs=2, return_as="generator", mmap_mode="r")(jobs), strict=True):
        scores[fold.test] = model.score([matrix[fold.test] for matrix in counts])
        fold_of[fold.test] = len(models)
        models.append(model)
        advance(1)
    return CrossFit(task, counters, counts, models, fold_of, scores)


@dataclass(frozen=True, slots=True)
class WholeModel:
    """The model of everything that a task learns from, and the ``counters`` that it reads with."""

    counters: Sequence[GramCounts]
    fitted: FittedModel

    def compiled(self) -> LinearModel:
        """In the runtime's form."""
        return compile_model(vocabulary(self.counters), self.fitted.weighers, self.fitted.heads)

    def pipeline(self) -> Pipeline:
        """In scikit-learn's form."""
        return pipeline(self.counters, self.fitted.weighers, self.fitted.heads)


def fit_whole(crosses: Sequence[CrossFit], progress: Progress) -> list[WholeModel]:
    """The model of all that is learned from, for each task; the tasks are fitted side by side."""
    advance = progress.stage("fitting", len(crosses))
    jobs = (
        delayed(fit_model)(task.channels, cross.counts, task.targets, np.flatnonzero(task.learned), task.heads)
        for cross in crosses
        for task in (cross.task,)
    )
    whole = []
    for cross, model in zip(crosses, Parallel(n_jobs=2, return_as="generator", mmap_mode="r")(jobs), strict=True):
        whole.append(WholeModel(cross.counters, model))
        advance(1)
    return whole
