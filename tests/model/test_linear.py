"""The compiled scorer: equal to scikit-learn, taken apart exactly, and stored without pickles."""

from __future__ import annotations

import joblib
import numpy as np
import pytest

from huashu.artifact import load
from huashu.features import analyse
from huashu.segment import default_cut
from huashu_corpora import Document
from huashu_training.train import PIPELINES, Training


def test_scores_equal_scikit_learn_on_every_corpus_document(retrained: Training, documents: list[Document]) -> None:
    fitted = joblib.load(retrained.folder / PIPELINES)["document"]
    model = load(retrained.folder).document
    sources = [analyse(document.text, default_cut()).tokens for document in documents]
    np.testing.assert_allclose(model.score_many(sources), fitted.decision_function(sources), rtol=0, atol=1e-6)


@pytest.mark.parametrize("text", ["您的机器到期，免费更换，首刷扣299。", "今天天气不错", "鿿鿾鿽鿼"])
def test_contributions_sum_to_the_score(tiny: Training, text: str) -> None:
    model = load(tiny.folder).document
    tokens = analyse(text, default_cut()).tokens
    outputs = range(len(model.intercept))
    parts = model.contributions(tokens, outputs).parts.sum(axis=0)
    np.testing.assert_allclose(model.intercept + parts, model.score(tokens), rtol=0, atol=1e-9)
