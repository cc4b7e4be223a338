"""The learning curve: what models find that have learned from a part of the documents only."""

from __future__ import annotations

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from huashu.progress import Progress
from huashu.verdict.outputs import SCHEME_COLUMNS
from huashu_training.fit.crossfit import CrossFit, Task, fit_model
from huashu_training.fit.folds import Fold, check_no_leak
from huashu_training.fit.pipeline import LinearHeads
from huashu_training.measure.rates import macro_f1

PARTS = (1 / 16, 1 / 8, 1 / 4, 1 / 2)
"""Parts of the training side of two folds that the curve is fitted on; its end is there already."""
FOLDS = 2
FEWEST = 10
SEED = 20


def written_sides(texts: Task, fold: Fold) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The rows to learn from and to test on, without noisy copies."""
    return fold.train[texts.measured[fold.train]], fold.test[texts.measured[fold.test]]


def curve_splits(texts: Task) -> list[Fold]:
    """For the first ``FOLDS`` folds and each of ``PARTS``: that part of the fold's written texts to learn from, drawn
    at random, and those to test on. LeakError if a group stands on both sides."""
    generator = np.random.default_rng(SEED)
    splits = []
    for fold in texts.folds[:FOLDS]:
        train, test = written_sides(texts, fold)
        order = generator.permutation(train)
        splits += [Fold(np.sort(order[: max(FEWEST, int(part * len(order)))]), test) for part in PARTS]
    for split in splits:
        check_no_leak(split, texts.groups)
    return splits


def learning_curve(cross: CrossFit, progress: Progress) -> list[tuple[int, float]]:
    """``(documents learned from, scheme macro-F1)`` on the texts of the first folds of the text task ``cross``, for
    ``PARTS`` of the rest and all of it."""
    texts = cross.task
    splits = curve_splits(texts)
    targets = texts.targets[:, SCHEME_COLUMNS]
    truth = targets.argmax(axis=1)
    heads = LinearHeads(balanced_from=None if texts.heads.balanced_from is None else 0)  # the scheme columns alone
    advance = progress.stage("learning curve", len(splits))
    jobs = (delayed(fit_model)(texts.channels, cross.counts, targets, split.train, heads) for split in splits)
    points: dict[float, list[tuple[int, float]]] = {}
    models = Parallel(n_jobs=2, return_as="generator", mmap_mode="r")(jobs)
    for k, (model, split) in enumerate(zip(models, splits, strict=True)):
        found = model.score([matrix[split.test] for matrix in cross.counts]).argmax(axis=1)
        points.setdefault(PARTS[k % len(PARTS)], []).append((len(split.train), macro_f1(truth[split.test], found)))
        advance(1)
    found = cross.scores[:, SCHEME_COLUMNS].argmax(axis=1)
    for fold in texts.folds[:FOLDS]:
        train, test = written_sides(texts, fold)
        points.setdefault(1.0, []).append((len(train), macro_f1(truth[test], found[test])))
    return [(round(np.mean([size for size, _ in p])), float(np.mean([f1 for _, f1 in p]))) for p in points.values()]
