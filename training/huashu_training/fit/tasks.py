"""What there is to learn: whole texts and their clauses, with targets, honest folds and noisy copies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from huashu.evidence.clauses import CLAUSE, clause_slices
from huashu.labels import NONE, REGISTERS, REPORT, SCHEMES, TACTICS
from huashu.reading.analysis import Analysis, analyse
from huashu.reading.segmenter import default_cut
from huashu.scoring.text_model import DOCUMENT
from huashu.verdict.decide import REGISTER_COLUMNS, SCHEME_COLUMNS
from huashu_corpora.document import Document
from huashu_corpora.groups import group_numbers
from huashu_corpora.noise import augment
from huashu_training.fit.crossfit import (
    CLAUSE_FOLDS,
    TEXT_FOLDS,
    CrossFit,
    Fold,
    FoldModel,
    cross_fit,
    fit_fold,
    honest_folds,
)
from huashu_training.fit.gram_strings import Clause, clauses
from huashu_training.fit.pipeline import LEFT_OUT, SEED, GramCounts, LinearHeads, Targets

NOISY_SHARE = 0.35
"""Share of documents that a noisy copy is added of (see ``huashu_corpora.noise``)."""
HARMLESS = 3
"""The clause model learns from the clauses of one in so many texts without a scheme; learning from all of them takes a
third longer and finds moves no better."""
CLAUSE_COST = 0.3
"""C of the clause heads."""

FoldMaker = Callable[[Sequence[Document], int], list[Fold]]


def document_targets(documents: Sequence[Document]) -> Targets:
    """(documents, 22): fraud; report, asked of fraud only; each scheme; each register. The document model's columns."""
    rows = [
        [d.scheme != NONE, LEFT_OUT if d.scheme == NONE else d.register == REPORT]
        + [d.scheme == scheme for scheme in SCHEMES.ids]
        + [d.register == register for register in REGISTERS.ids]
        for d in documents
    ]
    return np.array(rows, dtype=np.int8)


def clause_targets(document: Document, analysis: Analysis, slices: Sequence[tuple[int, int]]) -> Targets:
    """(clauses, 20): which moves each clause makes.

    A mark belongs to a clause when they share at least half of the shorter of the two.
    """
    targets = np.zeros((len(slices), len(TACTICS.ids)), dtype=np.int8)
    for row, (first, stop) in enumerate(slices):
        place = analysis.place_of(first, stop)
        for mark in document.tactics:
            shared = min(place.end, mark.end) - max(place.start, mark.start)
            if shared > 0 and 2 * shared >= min(place.end - place.start, mark.end - mark.start):
                targets[row, TACTICS.ids.index(mark.tactic)] = 1
    return targets


@dataclass(frozen=True, slots=True)
class Task:
    """Something to learn: ``sources`` (texts or clauses), read by ``channels``, their ``targets``, the ``folds``, the
    ``groups`` (sources,) that no fold may part, which rows are ``learned`` from and which ``measured`` (noisy copies
    never are), and the unfitted ``heads``."""

    channels: Sequence[str]
    sources: Sequence[Any]
    targets: Targets
    folds: Sequence[Fold]
    groups: NDArray[np.intp]
    learned: NDArray[np.bool_]
    measured: NDArray[np.bool_]
    heads: LinearHeads

    def cross_fit(self, advance: Callable[[], Any]) -> CrossFit:
        """Models of all folds and out-of-fold scores of all rows."""
        folds = [Fold(fold.train[self.learned[fold.train]], fold.test) for fold in self.folds]
        return cross_fit(self.channels, self.sources, self.targets, folds, self.groups, self.heads, advance)

    def out_of_fold(self, advance: Callable[[], Any]) -> NDArray[np.float64]:
        """Out-of-fold scores (measured rows, outputs)."""
        return self.cross_fit(advance).scores[self.measured]

    @property
    def truth(self) -> Targets:
        """Targets of the measured rows."""
        return self.targets[self.measured]


@dataclass(frozen=True, slots=True)
class Reading:
    """Documents read for training: the written ones, then noisy copies of some; their ``groups`` (documents,) and
    ``analyses``."""

    documents: Sequence[Document]
    written: int
    groups: NDArray[np.intp]
    analyses: Sequence[Analysis]


def read(documents: Sequence[Document]) -> Reading:
    """Analyse ``documents`` and noisy copies of some of them."""
    both = [*documents, *augment(documents, NOISY_SHARE, SEED)]
    cut = default_cut()
    analyses = [analyse(document.text, cut) for document in both]
    return Reading(both, len(documents), np.array(group_numbers(both)), analyses)


def text_task(reading: Reading, make_folds: FoldMaker = honest_folds) -> Task:
    """The task on whole texts; ``make_folds`` splits the documents into at most as many folds as it is told."""
    return Task(
        DOCUMENT,
        [analysis.tokens for analysis in reading.analyses],
        document_targets(reading.documents),
        make_folds(reading.documents, TEXT_FOLDS),
        reading.groups,
        np.ones(len(reading.documents), dtype=bool),
        np.arange(len(reading.documents)) < reading.written,
        LinearHeads(balanced_from=SCHEME_COLUMNS.start),
    )


def clause_task(reading: Reading, scores: NDArray[np.float64], make_folds: FoldMaker = honest_folds) -> Task:
    """The task on clauses. ``scores`` (documents, outputs) of the text task, out-of-fold, tell each clause what its
    text is judged to be. Clauses of every text with a scheme are learned from, of others those of one in ``HARMLESS``.
    """
    folds = make_folds(reading.documents, CLAUSE_FOLDS)
    schemes = scores[:, SCHEME_COLUMNS].argmax(axis=1)
    registers = scores[:, REGISTER_COLUMNS].argmax(axis=1)
    sources: list[Clause] = []
    targets = []
    for i, (document, analysis) in enumerate(zip(reading.documents, reading.analyses, strict=True)):
        slices = clause_slices(analysis)
        sources += clauses(analysis, slices, SCHEMES.ids[schemes[i]], REGISTERS.ids[registers[i]])
        targets.append(clause_targets(document, analysis, slices))
    owners = np.repeat(np.arange(len(targets)), [len(rows) for rows in targets])
    clause_folds = [
        Fold(np.flatnonzero(np.isin(owners, fold.train)), np.flatnonzero(np.isin(owners, fold.test))) for fold in folds
    ]
    heads = LinearHeads(cost=CLAUSE_COST)
    learned = np.array([d.scheme != NONE or i % HARMLESS == 0 for i, d in enumerate(reading.documents)])[owners]
    measured = owners < reading.written
    groups = reading.groups[owners]
    return Task(CLAUSE, sources, np.concatenate(targets), clause_folds, groups, learned, measured, heads)


def fit_whole(
    fits: Sequence[tuple[Task, CrossFit]], advance: Callable[[], Any]
) -> list[tuple[Sequence[GramCounts], FoldModel]]:
    """Counters and the model of all that is learned from, for each task; the tasks are fitted side by side."""
    jobs = (
        delayed(fit_fold)(task.channels, cross.counts, task.targets, np.flatnonzero(task.learned), task.heads)
        for task, cross in fits
    )
    whole = []
    models = Parallel(n_jobs=2, return_as="generator", mmap_mode="r")(jobs)
    for (_, cross), model in zip(fits, models, strict=True):
        whole.append((cross.counters, model))
        advance()
    return whole
