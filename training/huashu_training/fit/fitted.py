"""The first act of training: documents -> models of all that they teach, and what these models' outputs mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huashu.errors import InputError
from huashu.progress import SILENT, Progress
from huashu.reading.analysis import Analysis
from huashu.scoring.linear import LinearModel
from huashu_corpora.document import Document
from huashu_corpora.groups import group_numbers
from huashu_training.fit.calibration import Calibrations, calibrate, fit_parts
from huashu_training.fit.crossfit import CrossFit, WholeModel, cross_fit, fit_whole
from huashu_training.fit.folds import Fold, FoldMaker, Groups, HeldOut, honest_folds
from huashu_training.fit.judged import Judged, join_ordinary, judge_long, read_whole
from huashu_training.fit.tasks import Reading, clause_task, read, text_task
from huashu_training.traffic import Traffic

FEWEST = 20
"""Fewer documents than this cannot be split into honest folds."""


def check_enough(documents: Sequence[Document], what_for: str) -> None:
    """InputError for fewer than 20 documents, or documents of one side only; it says ``what_for`` more are needed."""
    ought = sum(document.ought_to_alert for document in documents)
    if len(documents) < FEWEST or not 0 < ought < len(documents):
        raise InputError(
            f"{len(documents)} documents, {ought} of which ought to alert: {what_for} needs at least "
            f"{FEWEST}, some that ought to alert and some that ought to pass"
        )


@dataclass(frozen=True, slots=True)
class CrossFitted:
    """Documents whose texts and clauses are scored by models that had not seen them.

    ``reading`` holds noisy copies besides, which are learned from and never measured on; ``groups`` (documents,) are
    those of the documents alone. ``models`` are the text models of the folds in the runtime's form; ``judged`` is what
    they say of the documents, ``joined`` what they say of long texts put
    together of ordinary ones.
    """

    reading: Reading
    groups: Groups
    texts: CrossFit
    clauses: CrossFit
    models: Sequence[LinearModel]
    judged: Judged
    joined: Judged

    @property
    def documents(self) -> Sequence[Document]:
        return self.reading.documents[: self.reading.written]

    @property
    def analyses(self) -> Sequence[Analysis]:
        """Of the documents."""
        return self.reading.analyses[: self.reading.written]

    @property
    def ought(self) -> NDArray[np.bool_]:
        """(documents,): which ought to raise an alert."""
        return np.array([document.ought_to_alert for document in self.documents])

    @property
    def held_out(self) -> HeldOut:
        """Which fold's text model may judge a document. LeakError if one has learned from its group."""
        written = self.reading.written
        folds = [Fold(*(side[side < written] for side in (f.train, f.test))) for f in self.texts.task.folds]
        return HeldOut(self.texts.fold_of[:written], folds, self.groups)


def cross_fit_documents(reading: Reading, make_folds: FoldMaker, progress: Progress) -> CrossFitted:
    """Texts first, then clauses, which are told what their text was judged to be by models that had not seen it."""
    texts = cross_fit(text_task(reading, make_folds), progress)
    clauses = cross_fit(clause_task(reading, texts.scores, make_folds), progress)
    models, judged, joined = judge(reading, texts, progress)
    groups = np.array(group_numbers(reading.documents[: reading.written]))
    return CrossFitted(reading, groups, texts, clauses, models, judged, joined)


def judge(reading: Reading, texts: CrossFit, progress: Progress) -> tuple[Sequence[LinearModel], Judged, Judged]:
    """The models of the folds, and what they say of the documents and of long texts joined of these."""
    advance = progress.stage("long texts", 1)
    written, models = reading.written, texts.compiled()
    documents = reading.documents[:written]
    traffic, ones = Traffic.of(documents), np.ones(written, np.intp)
    whole = Judged(texts.measured_scores, ones, texts.truth, traffic.ordinary, traffic.chosen, texts.fold_of[:written])
    risk = fit_parts(whole.only(read_whole(documents)))
    judged = judge_long(whole, models, risk, documents), join_ordinary(whole, models, risk, documents)
    advance(1)
    return models, *judged


@dataclass(frozen=True, slots=True)
class Fitted:
    """What was learned: the ``document`` and the ``clause`` model of all documents, the ``calibrations`` of their
    outputs, and the out-of-fold scores that these rest on and that measuring goes by."""

    cross: CrossFitted
    calibrations: Calibrations
    document: WholeModel
    clause: WholeModel


def fit(documents: Sequence[Document], progress: Progress = SILENT) -> Fitted:
    """Fit on ``documents`` and calibrate on out-of-fold scores.

    Raises InputError for fewer than 20 documents or when they do not hold both texts that ought to alert and texts that
    ought to pass, LeakError if near-duplicates should stand on both sides of a split.
    """
    check_enough(documents, "training")
    cross = cross_fit_documents(read(documents, progress), honest_folds, progress)
    clauses = cross.clauses
    calibrations = calibrate(cross.judged, cross.joined, clauses.measured_scores, clauses.truth)
    document, clause = fit_whole((cross.texts, clauses), progress)
    return Fitted(cross, calibrations, document, clause)
