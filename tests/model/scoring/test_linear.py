"""The compiled scorer: equal to scikit-learn, taken apart exactly, and stored without pickles."""

from __future__ import annotations

import joblib
import numpy as np
import pytest

from huashu.artifact import load
from huashu.evidence.clauses import clause_scores, clause_slices
from huashu.reading.analysis import analyse
from huashu.reading.segmenter import default_cut
from huashu.scoring.grams import Columns
from huashu.scoring.text_model import contributions, document_rows, score_texts
from huashu_corpora import Document
from huashu_training.fit.gram_strings import GRAMS, clauses
from huashu_training.train import Training
from huashu_training.write import PIPELINES


def test_scores_equal_scikit_learn(tiny: Training, documents: list[Document]) -> None:
    fitted = joblib.load(tiny.folder / PIPELINES)["document"]
    model = load(tiny.folder).document
    sources = [analyse(document.text, default_cut()).tokens for document in documents[::4]]
    np.testing.assert_allclose(score_texts(model, sources), fitted.decision_function(sources), rtol=0, atol=1e-6)


def test_clause_scores_equal_scikit_learn(tiny: Training, documents: list[Document]) -> None:
    fitted = joblib.load(tiny.folder / PIPELINES)["clause"]
    model = load(tiny.folder).clause
    found, sources = [], []
    for document in documents[::20]:
        analysis = analyse(document.text, default_cut())
        slices, judged = clause_slices(analysis), (document.scheme, document.register)
        found.append(clause_scores(model, Columns.of(analysis.tokens), slices, *judged))
        sources += clauses(analysis, slices, *judged)
    np.testing.assert_allclose(np.concatenate(found), fitted.decision_function(sources), rtol=0, atol=1e-6)


def test_the_grams_of_a_model_are_those_that_training_counts(tiny: Training, few_documents: list[Document]) -> None:
    model = load(tiny.folder).document
    spelt = {channel.name: model.grams(channel) for channel in model.channels}
    for document in few_documents[:50]:
        tokens = analyse(document.text, default_cut()).tokens
        rows = set(document_rows(model, Columns.of(tokens)).tolist())
        for channel in model.channels:
            names = spelt[channel.name]
            found = {names[row - channel.first] for row in rows if channel.first <= row < channel.novelty}
            assert found
            assert found == set(names) & set(GRAMS[channel.name](tokens))


@pytest.mark.parametrize("text", ["您的机器到期，免费更换，首刷扣299。", "今天天气不错", "\u9fff\u9ffe\u9ffd\u9ffc"])
def test_contributions_sum_to_the_score(tiny: Training, text: str) -> None:
    model = load(tiny.folder).document
    columns = Columns.of(analyse(text, default_cut()).tokens)
    vector = model.vector(document_rows(model, columns))
    parts = contributions(model, columns, vector, range(len(model.intercept))).parts.sum(axis=0)
    np.testing.assert_allclose(model.intercept + parts, model.score(vector), rtol=0, atol=1e-9)
