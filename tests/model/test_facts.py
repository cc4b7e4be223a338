"""Facts: the right kind, value and place."""

from __future__ import annotations

import pytest

from conftest import load_cases
from huashu import Classifier
from huashu.numerals import chinese_number

NUMBERS = load_cases("numbers")


@pytest.mark.parametrize(("words", "value"), NUMBERS, ids=[str(case[0]) for case in NUMBERS])
def test_chinese_numbers(words: str, value: float) -> None:
    assert chinese_number(words) == value


def test_facts_of_a_complaint(classifier: Classifier) -> None:
    text = (
        "付临門的人加我微信abc12345，費率０.38%，扣了二百九十九块，"
        "说一个月内返，电话138****1234，网址www.xx-pay.invalid"
    )
    facts = {(fact.kind, fact.value): text[fact.start : fact.end] for fact in classifier.assess(text).facts}
    assert facts == {
        ("brand", "付临门"): "付临門",
        ("wechat", "abc12345"): "abc12345",
        ("rate", "0.38"): "０.38%",
        ("amount", "299"): "二百九十九块",
        ("term", "1m"): "一个月",
        ("phone", "138****1234"): "138****1234",
        ("url", "www.xx-pay.invalid"): "www.xx-pay.invalid",
    }
