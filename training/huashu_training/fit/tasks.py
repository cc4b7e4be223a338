"""What there is to learn: whole texts and their clauses, with targets, honest folds and noisy copies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huashu.evidence.clauses import CLAUSE, clause_slices
from huashu.labels import NONE, REGISTERS, REPORT, SCHEMES, TACTICS
from huashu.progress import SILENT, Progress
from huashu.reading.analysis import Analysis, analyse
from huashu.reading.segmenter import default_cut
from huashu.scoring.text_model import DOCUMENT
from huashu.verdict.outputs import REGISTER_COLUMNS, SCHEME_COLUMNS
from huashu_corpora.copies import noisy_copies
from huashu_corpora.document import Document
from huashu_corpora.groups import group_numbers
from huashu_training.fit.crossfit import Task
from huashu_training.fit.folds import Fold, FoldMaker, Groups, honest_folds
from huashu_training.fit.gram_strings import Clause, clauses
from huashu_training.fit.pipeline import LEFT_OUT, SEED, LinearHeads, Targets

NOISY_SHARE = 0.25
"""Share of documents that a noisy copy is added of (see :mod:`huashu_corpora.copies`)."""
HARMLESS = 5
"""The clause model learns from the clauses of one in so many texts without a scheme: learning from more of them takes
longer and finds moves hardly better."""
CLAUSE_COST = 0.3
"""C of the clause heads."""

TEXT_FOLDS, CLAUSE_FOLDS = 8, 4
"""Hands (or groups) are held out in at most this many lots; there are ten times as many clauses as texts."""


def document_targets(documents: Sequence[Document]) -> Targets:
    """(documents, 22): fraud; report, asked of fraud only; each scheme; each register. The document model's columns."""
    rows = [
        [d.scheme != NONE, LEFT_OUT if d.scheme == NONE else d.register == REPORT]
        + [d.scheme == scheme for scheme in SCHEMES.ids]
        + [d.register == register for register in REGISTERS.ids]
        for d in documents
    ]
    return np.array(rows, dtype=np.int8)


def best_labels(outputs: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Numbers of scheme and register (n,): those that score highest in document scores, or are true in targets,
    (n, outputs) both."""
    return outputs[:, SCHEME_COLUMNS].argmax(axis=1), outputs[:, REGISTER_COLUMNS].argmax(axis=1)


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
class Reading:
    """Documents read for training: the ``written`` ones, then noisy copies of some; ``groups`` and ``analyses`` of all
    of them."""

    documents: Sequence[Document]
    written: int
    groups: Groups
    analyses: Sequence[Analysis]

    @property
    def hands(self) -> list[str]:
        return [document.hand for document in self.documents]


def read(documents: Sequence[Document], progress: Progress = SILENT) -> Reading:
    """Analyse ``documents`` and noisy copies of some of them."""
    advance = progress.stage("reading", 1)
    both = [*documents, *noisy_copies(documents, NOISY_SHARE, SEED)]
    cut = default_cut()
    analyses = [analyse(document.text, cut) for document in both]
    groups = np.array(group_numbers(both))
    advance(1)
    return Reading(both, len(documents), groups, analyses)


def text_task(reading: Reading, make_folds: FoldMaker = honest_folds) -> Task:
    """The task on whole texts; ``make_folds`` splits them."""
    return Task(
        name="texts",
        channels=DOCUMENT,
        sources=[analysis.tokens for analysis in reading.analyses],
        targets=document_targets(reading.documents),
        folds=make_folds(reading.hands, reading.groups, TEXT_FOLDS),
        groups=reading.groups,
        learned=np.ones(len(reading.documents), dtype=bool),
        measured=np.arange(len(reading.documents)) < reading.written,
        heads=LinearHeads(balanced_from=SCHEME_COLUMNS.start),
    )


def clause_task(reading: Reading, scores: NDArray[np.float64], make_folds: FoldMaker = honest_folds) -> Task:
    """The task on clauses. ``scores`` (documents, outputs) of the text task, out-of-fold, tell each clause what its
    text is judged to be. Clauses of every text with a scheme are learned from, of others those of one in ``HARMLESS``.
    """
    schemes, registers = best_labels(scores)
    sources: list[Clause] = []
    targets = []
    for i, (document, analysis) in enumerate(zip(reading.documents, reading.analyses, strict=True)):
        slices = clause_slices(analysis)
        sources += clauses(analysis, slices, SCHEMES.ids[schemes[i]], REGISTERS.ids[registers[i]])
        targets.append(clause_targets(document, analysis, slices))
    owners = np.repeat(np.arange(len(targets)), [len(rows) for rows in targets])
    folds = make_folds(reading.hands, reading.groups, CLAUSE_FOLDS)
    learned = np.array([d.scheme != NONE or i % HARMLESS == 0 for i, d in enumerate(reading.documents)])
    return Task(
        name="clauses",
        channels=CLAUSE,
        sources=sources,
        targets=np.concatenate(targets),
        folds=[Fold(*(np.flatnonzero(np.isin(owners, side)) for side in (fold.train, fold.test))) for fold in folds],
        groups=reading.groups[owners],
        learned=learned[owners],
        measured=owners < reading.written,
        heads=LinearHeads(cost=CLAUSE_COST),
    )
