"""The baseline, a plain model to compare with: jieba words of the raw text, not normalised, TF-IDF, logistic
regression."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from huashu.progress import Progress
from huashu.reading.segmenter import default_cut
from huashu_training.fit.fitted import CrossFitted
from huashu_training.fit.folds import Fold
from huashu_training.measure.operating_points import Rule, thresholds
from huashu_training.measure.rates import Flags, Floats
from huashu_training.measure.robustness import AttackRates, attack_rates
from huashu_training.traffic import Traffic

MANY = 100
"""With fewer texts to learn from, words of a single text count too."""


def words(text: str) -> list[str]:
    """jieba's words, blanks left out."""
    return [word for word in default_cut()(text) if not word.isspace()]


def baseline_pipeline(min_documents: int = 2) -> Pipeline:
    """Raw texts -> P(ought to alert), by words and pairs that are in at least ``min_documents`` texts."""
    return make_pipeline(
        TfidfVectorizer(tokenizer=words, token_pattern=None, lowercase=False, ngram_range=(1, 2), min_df=min_documents),
        LogisticRegression(C=10, solver="newton-cg", max_iter=500),
    )


def _fit(texts: Sequence[str], ought: Flags, rows: NDArray[np.intp]) -> Pipeline | float:
    if ought[rows].all() or not ought[rows].any():
        return float(ought[rows].mean())
    pipeline = baseline_pipeline(2 if len(rows) >= MANY else 1)
    return pipeline.fit([texts[i] for i in rows.tolist()], ought[rows])


@dataclass(frozen=True, slots=True)
class BaselineRisks:
    """Risks by one baseline model a fold; a number is the risk of every text, where the fold's texts to learn from are
    all of one class."""

    models: Sequence[Pipeline | float]

    def __call__(self, texts: Sequence[str], folds: NDArray[np.intp]) -> Floats:
        """Risks (texts,), each by the model of the fold in ``folds`` (texts,)."""
        risks = np.zeros(len(texts))
        for fold in np.unique(folds):
            rows, model = np.flatnonzero(folds == fold), self.models[fold]
            some = [texts[i] for i in rows.tolist()]
            risks[rows] = model if isinstance(model, float) else model.predict_proba(some)[:, 1]
        return risks


def fit_baseline(texts: Sequence[str], ought: Flags, folds: Sequence[Fold]) -> BaselineRisks:
    """Fitted on the training side of each fold; ``ought`` (texts,) is whether a text ought to alert."""
    return BaselineRisks(Parallel(n_jobs=2)(delayed(_fit)(texts, ought, fold.train) for fold in folds))


@dataclass(frozen=True, slots=True)
class Baseline:
    """The baseline on the same folds: out-of-fold ``risks`` (documents,), the ``(alert, review)`` thresholds that keep
    to the same rule, and its rates under ``attacks``."""

    risks: Floats
    bounds: tuple[float, float]
    attacks: Sequence[AttackRates]


def measure_baseline(cross: CrossFitted, rule: Rule, most: tuple[int, int], progress: Progress) -> Baseline:
    """The baseline fitted on the folds of ``cross``; ``most`` as in
    :func:`huashu_training.measure.robustness.attack_rates`."""
    advance = progress.stage("baseline", 1)
    texts, held_out = [document.text for document in cross.documents], cross.held_out
    model = fit_baseline(texts, cross.ought, held_out.folds)
    risks = model(texts, held_out.fold_of)
    bounds = thresholds(rule, risks, Traffic.of(cross.documents))
    advance(1)
    attacks = attack_rates(cross.documents, held_out, model, bounds, most, progress, "attacks on the baseline")
    return Baseline(risks, bounds, attacks)
