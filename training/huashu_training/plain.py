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

from huashu.segment import default_cut
from huashu_training.crossfit import Fold


def words(text: str) -> list[str]:
    """jieba's words, blanks left out."""
    return [word for word in default_cut()(text) if not word.isspace()]


def plain_pipeline() -> Pipeline:
    """Raw texts -> P(ought to alert)."""
    return make_pipeline(
        TfidfVectorizer(tokenizer=words, token_pattern=None, lowercase=False, ngram_range=(1, 2), min_df=2),
        LogisticRegression(C=10, solver="newton-cg", max_iter=500),
    )


def _fit(texts: Sequence[str], ought: NDArray[np.bool_], rows: NDArray[np.intp]) -> Pipeline:
    return plain_pipeline().fit([texts[i] for i in rows.tolist()], ought[rows])


@dataclass(frozen=True, slots=True)
class Plain:
    """One plain model a fold."""

    models: Sequence[Pipeline]

    def __call__(self, texts: Sequence[str], folds: NDArray[np.intp]) -> NDArray[np.float64]:
        """Risks (texts,), each by the model of the fold in ``folds`` (texts,)."""
        risks = np.zeros(len(texts))
        for fold in np.unique(folds):
            rows = np.flatnonzero(folds == fold)
            risks[rows] = self.models[fold].predict_proba([texts[i] for i in rows.tolist()])[:, 1]
        return risks


def fit_plain(texts: Sequence[str], ought: NDArray[np.bool_], folds: Sequence[Fold]) -> Plain:
    """Fitted on the training side of each fold; ``ought`` (texts,) is whether a text ought to alert."""
    return Plain(Parallel(n_jobs=2)(delayed(_fit)(texts, ought, fold.train) for fold in folds))
