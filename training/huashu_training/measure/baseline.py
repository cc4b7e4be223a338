"""The plain model to compare with: jieba words of the raw text, TF-IDF, logistic regression. No normalisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from huashu.reading.segmenter import default_cut
from huashu_training.fit.crossfit import Fold

MANY = 100
"""With fewer texts to learn from, words of a single text count too."""


def words(text: str) -> list[str]:
    """jieba's words, blanks left out."""
    return [word for word in default_cut()(text) if not word.isspace()]


def plain_pipeline(min_documents: int = 2) -> Pipeline:
    """Raw texts -> P(ought to alert), by words and pairs that are in at least ``min_documents`` texts."""
    return make_pipeline(
        TfidfVectorizer(tokenizer=words, token_pattern=None, lowercase=False, ngram_range=(1, 2), min_df=min_documents),
        LogisticRegression(C=10, solver="newton-cg", max_iter=500),
    )


def _fit(texts: Sequence[str], ought: NDArray[np.bool_], rows: NDArray[np.intp]) -> Pipeline | float:
    if ought[rows].all() or not ought[rows].any():
        return float(ought[rows].mean())
    pipeline = plain_pipeline(2 if len(rows) >= MANY else 1)
    return pipeline.fit([texts[i] for i in rows.tolist()], ought[rows])


@dataclass(frozen=True, slots=True)
class Plain:
    """One plain model a fold; a number is the risk of every text, where the fold's texts to learn from are all of one
    class."""

    models: Sequence[Pipeline | float]

    def __call__(self, texts: Sequence[str], folds: NDArray[np.intp]) -> NDArray[np.float64]:
        """Risks (texts,), each by the model of the fold in ``folds`` (texts,)."""
        risks = np.zeros(len(texts))
        for fold in np.unique(folds):
            rows, model = np.flatnonzero(folds == fold), self.models[fold]
            some = [texts[i] for i in rows.tolist()]
            risks[rows] = model if isinstance(model, float) else model.predict_proba(some)[:, 1]
        return risks


def fit_plain(texts: Sequence[str], ought: NDArray[np.bool_], folds: Sequence[Fold]) -> Plain:
    """Fitted on the training side of each fold; ``ought`` (texts,) is whether a text ought to alert."""
    return Plain(Parallel(n_jobs=2)(delayed(_fit)(texts, ought, fold.train) for fold in folds))
