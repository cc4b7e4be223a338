"""Cross-validation: what models say of texts that they have not seen, once for every page that tells of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from huashu.progress import Progress
from huashu.verdict.risk import RiskModel, sigmoid
from huashu_corpora.groups import near_duplicates
from huashu_training.fit.calibration import fit_risk
from huashu_training.fit.crossfit import cross_fit
from huashu_training.fit.fitted import CrossFitted, cross_fit_documents, judge
from huashu_training.fit.folds import Fold, Groups, HeldOut, LeakError, check_no_leak, grouped_folds, hand_folds
from huashu_training.fit.judged import Judged
from huashu_training.fit.tasks import Reading, text_task
from huashu_training.measure.operating_points import Rule, thresholds
from huashu_training.measure.rates import Floats
from huashu_training.traffic import Traffic

Pairs = Sequence[tuple[int, int, float]]
"""Near-duplicates: two row numbers and their similarity."""


@dataclass(frozen=True, slots=True)
class CrossValidation:
    """Groups held out in turn: ``cross`` holds the out-of-fold scores and the truth. The texts of a fold get their
    ``risks`` (documents,) by that one of ``fold_risks`` which was calibrated on all other folds; ``bounds`` are the
    ``(alert, review)`` thresholds on them. ``duplicates`` are the near-duplicates among the documents, none of which a
    split has parted."""

    cross: CrossFitted
    fold_risks: Sequence[RiskModel]
    risks: Floats
    bounds: tuple[float, float]
    duplicates: Pairs


def cross_validate(reading: Reading, rule: Rule, progress: Progress) -> CrossValidation:
    """Grouped cross-validation at thresholds that keep to ``rule``. LeakError, before anything is fitted, if a split
    should part near-duplicates."""
    duplicates = near_duplicates([document.text for document in reading.documents[: reading.written]])

    def checked_folds(hands: Sequence[str], groups: Groups, most: int) -> list[Fold]:
        folds = grouped_folds(hands, groups, most)
        check_near_duplicates(duplicates, folds)
        return folds

    cross = cross_fit_documents(reading, checked_folds, progress)
    judged, held_out = cross.judged, cross.held_out
    fold_risks = calibrate_folds(judged, cross.joined, held_out)
    odds = np.zeros(len(cross.documents))
    for fold, risk in enumerate(fold_risks):
        rows = held_out.fold_of == fold
        odds[rows] = judged.only(rows).log_odds(risk)
    risks = sigmoid(odds)
    return CrossValidation(cross, fold_risks, risks, thresholds(rule, risks, Traffic.of(cross.documents)), duplicates)


def check_near_duplicates(pairs: Pairs, folds: Sequence[Fold]) -> None:
    """LeakError if a split has parted one of the ``pairs``, which were found in the texts, whatever their groups."""
    for fold in folds:
        held_out, learned = set(fold.test.tolist()), set(fold.train.tolist())
        for i, j, similarity in pairs:
            if (i in held_out and j in learned) or (j in held_out and i in learned):
                raise LeakError(f"near-duplicates ({similarity:.2f}) on both sides of a split: texts {i} and {j}")


def calibrate_folds(judged: Judged, joined: Judged, held_out: HeldOut) -> list[RiskModel]:
    """For each fold the risk model fitted on the out-of-fold judgements of all other folds' documents and of the long
    texts joined of them; LeakError if their groups should meet."""
    models = []
    for fold in range(len(held_out.folds)):
        others, own = np.flatnonzero(held_out.fold_of != fold), np.flatnonzero(held_out.fold_of == fold)
        check_no_leak(Fold(others, own), held_out.groups)
        models.append(fit_risk(judged.only(others), joined.only(joined.fold_of != fold)))
    return models


def hold_out_hands(reading: Reading, progress: Progress) -> Floats:
    """Risks (documents,) from models that never saw the writing hand of the text, each hand held out by itself;
    calibrated on all held-out scores, as in training."""

    def one_by_one(hands: Sequence[str], groups: Groups, most: int) -> list[Fold]:
        return hand_folds(hands, groups, len(set(hands)))

    texts = cross_fit(text_task(reading, one_by_one), progress)
    _, judged, joined = judge(reading, texts, progress)
    return sigmoid(judged.log_odds(fit_risk(judged, joined)))
