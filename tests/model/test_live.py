"""A running verdict is the verdict on the turns so far."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huashu import Classifier, InputError
from huashu_corpora import Document

WORDS = st.text(
    st.one_of(
        st.sampled_from("您的机器到期了升级服务费一万三%¥2９9元，。加微信weixin \u200b*\n好"),
        st.characters(codec="utf-8"),
    ),
    max_size=60,
)
TURNS = st.lists(
    st.fixed_dictionaries({"role": st.sampled_from(["客服", "客户", "A", ""]), "words": WORDS}), min_size=1, max_size=6
)


def agree(classifier: Classifier, turns: list[dict[str, Any]]) -> None:
    session = classifier.session()
    for number, turn in enumerate(turns):
        verdict = session.add(turn)
        assert verdict.turn == number
        if not any(turn["words"].strip() for turn in turns[: number + 1]):
            continue
        whole = classifier.assess(turns[: number + 1])
        assert verdict.risk == pytest.approx(whole.risk, abs=1e-6)
        assert (verdict.action, verdict.scheme, verdict.register) == (whole.action, whole.scheme, whole.register)
        for span in verdict.tactics:
            assert turn["words"][span.start : span.end] == span.quote


@settings(max_examples=80, deadline=None)
@given(TURNS)
def test_each_verdict_is_that_of_the_turns_so_far(classifier: Classifier, turns: list[dict[str, Any]]) -> None:
    agree(classifier, turns)


def test_long_calls_are_read_in_parts_too(classifier: Classifier, documents: list[Document]) -> None:
    texts = [document.text for document in documents if document.register == "call"][:14]
    agree(classifier, [{"role": "AB"[i % 2], "words": text} for i, text in enumerate(texts)])


def test_the_assessment_at_the_end_is_that_of_the_whole_call(classifier: Classifier) -> None:
    turns = [{"role": "客服", "words": "您的刷卡机到期了，免费换新"}, {"role": "客户", "words": "要钱吗"}]
    session = classifier.session()
    for turn in turns:
        session.add(turn)
    assert session.assessment() == classifier.assess(turns)


def test_a_turn_that_cannot_be_read_changes_nothing(classifier: Classifier) -> None:
    disturbed, undisturbed = classifier.session(), classifier.session()
    for session in (disturbed, undisturbed):
        session.add({"role": "客服", "words": "您好，您的刷卡机到期了"})
    for turn in ({"role": "客服"}, {"role": "客服", "words": "\ud800"}, {"role": "客服", "words": "好" * 200_001}):
        with pytest.raises(InputError):
            disturbed.add(turn)
    following = {"role": "客户", "words": "要钱吗"}
    assert disturbed.add(following) == undisturbed.add(following)
    assert disturbed.assessment() == undisturbed.assessment()


def test_a_malformed_turn_is_named_by_its_number(classifier: Classifier) -> None:
    session = classifier.session()
    session.add({"role": "客服", "words": "您好"})
    with pytest.raises(InputError, match="turn 1: 'words' must be a string"):
        session.add({"role": "客户"})


@pytest.mark.parametrize("words", ["首笔刷卡扣299升级服务费", "⾸笔刷卡扣299升级服务费"])
def test_each_turn_shows_its_own_moves(classifier: Classifier, words: str) -> None:
    session = classifier.session()
    session.add({"role": "客服", "words": "您好，我是您刷卡机的售后，您的机器到期了，免费换新"})
    spans = session.add({"role": "客服", "words": words}).tactics
    assert {(span.tactic, span.turn) for span in spans} >= {("fee_deduction", 1)}
