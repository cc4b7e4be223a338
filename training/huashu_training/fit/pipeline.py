"""The scikit-learn side of the model: gram counts -> TF-IDF with novelty -> linear heads.

A *source* here is a token list from :func:`huashu.reading.analysis.analyse`, or a
:class:`huashu_training.fit.gram_strings.Clause`.
:func:`pipeline` is an ordinary scikit-learn pipeline of fitted steps; :func:`compile_model` turns them into the
runtime's :class:`LinearModel`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import scipy.sparse as sparse
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.pipeline import FeatureUnion, Pipeline
from sklearn.svm import LinearSVC

from huashu.scoring.grams import MARK_NUMBERS, UNKNOWN
from huashu.scoring.linear import DAMPING, Channel, LinearModel
from huashu_training.fit.gram_strings import GRAMS, gram_keys, gram_words

Targets = NDArray[np.int8]
"""(texts, outputs): 1 in the output's class, 0 not in it, ``LEFT_OUT`` not asked of this text."""
LEFT_OUT = -1
MIN_DOCUMENTS = {"words": 3, "chars": 6, "clause_words": 3, "clause_chars": 4, "context": 6, "whole": 1}
"""In how many texts (clauses for the clause model) a gram must occur to be known."""
SEED = 20
TOLERANCE = 5e-2
"""Where the solver stops. 1e-4, scikit-learn's default, takes four times as long; scores move by .02 at most."""
STEPS = 127
"""Weights are kept as whole numbers of this many steps each way."""


class GramCounts(CountVectorizer):  # type: ignore[misc]
    """Counts of every gram of one channel, and in a last column the number of all grams, known or not."""

    def __init__(self, channel: str) -> None:
        super().__init__(analyzer=_as_given, dtype=np.float64)
        self.channel = channel

    def fit_transform(self, sources: Sequence[Any], y: Any = None) -> sparse.csr_matrix:
        grams = self._grams(sources)
        return _with_totals(super().fit_transform(grams), grams)

    def transform(self, sources: Sequence[Any]) -> sparse.csr_matrix:
        grams = self._grams(sources)
        return _with_totals(super().transform(grams), grams)

    def _grams(self, sources: Sequence[Any]) -> list[Sequence[str]]:
        return [GRAMS[self.channel](source) for source in sources]


def _as_given(grams: Sequence[str]) -> Sequence[str]:
    return grams


def _with_totals(counts: sparse.csr_matrix, grams: Sequence[Sequence[str]]) -> sparse.csr_matrix:
    totals = np.array([[len(of_source)] for of_source in grams], dtype=np.float64)
    return sparse.hstack([counts, sparse.csr_matrix(totals)], format="csr")


class NoveltyTfidf(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """Sublinear TF-IDF over the grams of enough documents, and one value for all others (``huashu.scoring.linear``).

    Takes the matrix of :class:`GramCounts`; gives (texts, known grams + 1), rows divided by their damped length.
    idf = ln((1 + n) / (1 + df)) + 1, scikit-learn's smooth form; the novelty's is that of a gram in one document.
    """

    def __init__(self, min_documents: int, novelty: float = 0.5) -> None:
        self.min_documents = min_documents
        self.novelty = novelty

    def fit(self, counts: sparse.csr_matrix, y: Any = None) -> NoveltyTfidf:
        number = counts.shape[0]
        documents = np.bincount(counts.indices, minlength=counts.shape[1])[:-1]
        self.columns_ = np.flatnonzero(documents >= self.min_documents)
        idf = np.log((1 + number) / (1 + documents[self.columns_])) + 1
        novelty = self.novelty * (np.log((1 + number) / 2) + 1)
        self.idf_ = np.append(idf, novelty).astype(np.float32)
        return self

    def transform(self, counts: sparse.csr_matrix) -> sparse.csr_matrix:
        known = counts[:, self.columns_]
        total = counts[:, -1].toarray().ravel()
        novel = total - np.asarray(known.sum(axis=1)).ravel()
        known.data = 1 + np.log(known.data)
        values = sparse.hstack([known, sparse.csr_matrix(np.sqrt(novel)[:, np.newaxis])], format="csr")
        values = values @ sparse.diags(self.idf_.astype(np.float64))
        lengths = np.sqrt(np.asarray(values.multiply(values).sum(axis=1)).ravel() + DAMPING**2)
        return (sparse.diags(1 / lengths) @ values).tocsr()


class LinearHeads(BaseEstimator):  # type: ignore[misc]
    """One linear SVM an output column, one against the rest; weights are rounded to 127 steps each way.

    The rounding makes the artifact four times smaller and moves a score by some thousandths. LIBLINEAR's dual solver
    with a fixed seed works in plain loops, so that the same corpora give the same bytes on any machine with the same
    library versions. A column without two classes gets weight 0 and a negative intercept.

    Columns from ``balanced_from`` on (labels that exclude each other, some rare) are weighted by class frequency:
    scheme macro-F1 in grouped cross-validation rose from .84 to .88 with it. ``cost`` is the SVM's C of the other
    columns.
    """

    def __init__(self, balanced_from: int | None = None, cost: float = 1.0) -> None:
        self.balanced_from = balanced_from
        self.cost = cost

    def fit(self, features: sparse.csr_matrix, targets: Targets) -> LinearHeads:
        """``targets`` (texts, outputs): see :data:`Targets`."""
        outputs = targets.shape[1]
        self.coef_ = np.zeros((outputs, features.shape[1]), np.int8)
        self.scale_ = np.ones(outputs)
        self.intercept_ = np.full(outputs, -1.0)
        for k in range(outputs):
            counted = targets[:, k] != LEFT_OUT
            truth = targets[counted, k] == 1
            if truth.any() and not truth.all():
                balanced = self.balanced_from is not None and k >= self.balanced_from
                options = {"C": 0.5, "class_weight": "balanced"} if balanced else {"C": self.cost}
                head = LinearSVC(**options, tol=TOLERANCE, random_state=SEED, max_iter=5000)
                head.fit(features[counted], truth)
                self.scale_[k] = np.float32(np.abs(head.coef_).max() / STEPS)
                self.coef_[k] = np.rint(head.coef_[0] / self.scale_[k]).clip(-STEPS, STEPS)
                self.intercept_[k] = np.float32(head.intercept_[0])
        return self

    def decision_function(self, features: sparse.csr_matrix) -> NDArray[np.float64]:
        """Scores (texts, outputs)."""
        return (features @ self.coef_.T.astype(np.float64)) * self.scale_ + self.intercept_  # type: ignore[no-any-return]


def counting(channels: Sequence[str]) -> list[GramCounts]:
    """Fresh gram counters; fitted once over all texts, also for cross-fitting, because they see no label."""
    return [GramCounts(channel) for channel in channels]


def weighing(channels: Sequence[str]) -> list[NoveltyTfidf]:
    """A fresh TF-IDF for each channel."""
    return [NoveltyTfidf(MIN_DOCUMENTS[channel]) for channel in channels]


def pipeline(counters: Sequence[GramCounts], weighers: Sequence[NoveltyTfidf], heads: LinearHeads) -> Pipeline:
    """Sources -> scores (sources, outputs): an ordinary scikit-learn pipeline of fitted steps, one counter and one
    weigher a channel."""
    features = [
        (counter.channel, Pipeline([("counts", counter), ("tfidf", weigher)]))
        for counter, weigher in zip(counters, weighers, strict=True)
    ]
    return Pipeline([("features", FeatureUnion(features)), ("heads", heads)])


Vocabulary = Mapping[str, NDArray[np.str_]]
"""Channel -> its counter's grams, in the order of its columns."""


def vocabulary(counters: Sequence[GramCounts]) -> Vocabulary:
    """The grams that fitted ``counters`` know; making it takes as long as compiling one model of them."""
    return {counter.channel: counter.get_feature_names_out() for counter in counters}


def compile_model(names: Vocabulary, weighers: Sequence[NoveltyTfidf], heads: LinearHeads) -> LinearModel:
    """The runtime's form of fitted steps, one weigher a channel: the same scores to 1e-6."""
    known = [grams[tfidf.columns_].tolist() for grams, tfidf in zip(names.values(), weighers, strict=True)]
    words = sorted(set().union(*(gram_words(name, grams) for name, grams in zip(names, known, strict=True))))
    numbers = MARK_NUMBERS | {word: number for number, word in enumerate(words, UNKNOWN + 1)}
    channels: list[Channel] = []
    order: list[NDArray[np.intp]] = []
    for name, grams in zip(names, known, strict=True):
        first = channels[-1].novelty + 1 if channels else 0
        keys = gram_keys(name, grams, numbers)
        by_key = np.argsort(keys)
        channels.append(Channel(name, keys[by_key], first))
        order.append(np.append(by_key, len(keys)) + first)
    rows = np.concatenate(order)
    idf = np.concatenate([tfidf.idf_ for tfidf in weighers])[rows]
    weights = np.ascontiguousarray(heads.coef_.T[rows])
    return LinearModel(words, tuple(channels), idf, weights, heads.intercept_, heads.scale_)
