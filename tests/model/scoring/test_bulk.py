"""Many texts at once: each step gives what the readable one-text step gives, on any text."""

from __future__ import annotations

from itertools import compress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huashu import Classifier, InputError
from huashu.reading.analysis import analyse
from huashu.reading.bulk_text import join
from huashu.reading.bulk_tokens import tokenise
from huashu.reading.dialogue import parse, split
from huashu.reading.normalise import has_chinese, normalise
from huashu.reading.segmenter import default_cut
from huashu.reading.tokens import END
from huashu.reading.tokens import tokenise as tokenise_one
from huashu.scoring.bulk import BulkScorer
from huashu.scoring.grams import skeleton
from huashu.scoring.lookup import Lookup
from huashu.scoring.text_model import score_text
from huashu_corpora import Document
from huashu_training.train import Training

# Pieces that the steps treat in their own ways: marks, numbers of all kinds, symbols between characters, look-alikes.
PIECES = st.sampled_from(
    [
        "您",
        "的机器",
        "到期",
        "升級服務費",
        "客服：",
        "\n客户:",
        "【某联】",
        "[电话",
        "*",
        "*",
        "]",
        "服*务*费",
        "**",
        "¥",
        "299",
        "元",
        "三亿元",
        "一",
        "二",
        "三",
        "十",
        "万",
        "六",
        "万六",
        "百分之三",
        "P0S",
        "po5",
        "x某",
        "某某",
        "-a.com",
        "https://b.cn/，c",
        "www.",
        "13800138000",
        "12:30",
        "2024年",
        "½",
        "℃",
        "…",
        "ﷺ",
        "\u200b",
        "🔥",
        "(",
        ")",
        "\t",
        "鿿",
        "㐀",
        "٣",
        "。",
        "！",
        "”",
        "张姐：",
        "李：",
        "0",
        "5",
        "p",
        "〇",
        "一〇",
    ]
)
TEXT = st.lists(st.one_of(PIECES, st.just(" "), st.just("\n"), st.characters(codec="utf-8")), max_size=25).map("".join)
TEXTS = st.lists(TEXT, min_size=1, max_size=6)


@pytest.fixture(scope="module")
def scorer(classifier: Classifier) -> BulkScorer:
    """The shipped document model, compiled once."""
    return BulkScorer(classifier.artifact.document, default_cut())


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_texts_are_normalised_as_one_by_one(texts: list[str]) -> None:
    assert join(texts, []).text() == "".join(normalise(text).text + END for text in texts)


@settings(max_examples=200, deadline=None)
@given(TEXTS.map(lambda texts: [text for text in texts if text.strip()] or ["好"]))
def test_the_skeletons_are_those_of_single_texts(texts: list[str]) -> None:
    tokens = tokenise(join(texts, []), default_cut())
    found = ["".join(map(chr, tokens.skeleton[tokens.skeleton_text == i])) for i in range(len(texts))]
    singly = [skeleton([token.text for token in tokenise_one(normalise(text).text, default_cut())]) for text in texts]
    together = (~tokens.apart).tolist()
    assert list(compress(found, together)) == list(compress(singly, together))


@settings(max_examples=300, deadline=None)
@given(TEXTS.map(lambda texts: [text for text in texts if text.strip()] or ["好"]))
def test_scores_are_those_of_single_texts(classifier: Classifier, scorer: BulkScorer, texts: list[str]) -> None:
    model = classifier.artifact.document
    scores, readable, apart = scorer.score([split(text) for text in texts])
    analyses = [analyse(text, default_cut()) for text in texts]
    singly = np.array([score_text(model, a.tokens) for a in analyses])
    np.testing.assert_allclose(scores[~apart], singly[~apart], rtol=0, atol=1e-9)
    assert readable.tolist() == [has_chinese(a.normal.text) for a in analyses]


def test_scores_are_those_of_single_texts_on_the_corpora(tiny: Training, documents: list[Document]) -> None:
    classifier = Classifier.load(tiny.folder)
    model = classifier.artifact.document
    texts = [document.text for document in documents[::5]]
    scores, _, apart = BulkScorer(model, default_cut()).score([split(text) for text in texts])
    singly = np.array([score_text(model, analyse(text, default_cut()).tokens) for text in texts])
    np.testing.assert_allclose(scores[~apart], singly[~apart], rtol=0, atol=1e-9)
    assert apart.mean() < 0.1


@pytest.mark.parametrize(
    ("text", "apart"), [("加weixin聊", True), ("用POS机", False), ("好" * 901, True), ("好" * 800, False)]
)
def test_long_texts_and_words_spelt_in_letters_are_scored_apart(
    classifier: Classifier, scorer: BulkScorer, text: str, apart: bool
) -> None:
    assert scorer.score([split(text)])[2].tolist() == [apart]
    assert classifier.score([text]).risk[0] == pytest.approx(classifier.assess(text).risk, abs=1e-9)


@settings(max_examples=200, deadline=None)
@given(TEXT.filter(str.strip))
def test_split_is_what_parse_says_in_short(text: str) -> None:
    dialogue = parse(text)
    assert split(text) == ([turn.words for turn in dialogue.turns], dialogue.marked)


@pytest.mark.parametrize("size", [0, 1, 2, 300])
def test_a_lookup_finds_its_keys_and_no_others(size: int) -> None:
    keys = np.arange(size, dtype=np.uint64) * np.uint64(97)
    table = Lookup.build(keys, np.arange(size), missing=-5)
    assert table.find(keys).tolist() == list(range(size))
    assert table.find(keys + np.uint64(1)).tolist() == [-5] * size


def test_no_texts_give_no_scores(classifier: Classifier) -> None:
    assert classifier.score([]).action == []


def test_a_text_that_cannot_be_judged_is_told_and_the_others_are_scored(classifier: Classifier) -> None:
    told: dict[int, InputError] = {}
    scores = classifier.score(["机器到期", " ", "免费更换"], on_error=told.__setitem__)
    assert list(told) == [1]
    assert "empty" in str(told[1])
    assert scores.action[1] == scores.scheme[1] == scores.register[1] == ""
    assert np.isnan(scores.risk).tolist() == [False, True, False]
    assert scores.risk[[0, 2]].tolist() == classifier.score(["机器到期", "免费更换"]).risk.tolist()
