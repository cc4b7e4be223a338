"""Moves: the chain of the script on the right clauses, and only the perpetrator's side."""

from __future__ import annotations

from typing import Any

import pytest

from huashu import Classifier
from huashu.evidence.tactics import denies
from huashu.labels import STAGES
from texts import ROOT, load_cases


@pytest.mark.parametrize("case", load_cases("chains"), ids=lambda case: case["name"])
def test_the_chain_of_the_script_is_found_on_the_right_clauses(classifier: Classifier, case: dict[str, Any]) -> None:
    text = case["text"]
    found = [(span.tactic, span.start, span.end) for span in classifier.assess(text).tactics]
    missing = []
    for tactic, quote in case["chain"]:
        at = text.index(quote)
        if not any(name == tactic and start < at + len(quote) and at < end for name, start, end in found):
            missing.append((tactic, quote))
    assert missing == []


def test_the_timeline_puts_the_moves_in_the_order_of_the_script(classifier: Classifier) -> None:
    result = classifier.assess(load_cases("chains")[0]["text"])
    assert [stage.stage for stage in result.timeline] == list(STAGES.ids)
    assert all(stage.spans for stage in result.timeline)
    assert sorted(i for stage in result.timeline for i in stage.spans) == list(range(len(result.tactics)))


@pytest.mark.parametrize(
    ("clause", "denied"),
    [
        ("我们不会让您加微信", True),
        ("切勿刷卡激活", True),
        ("谨防冒充售后", False),  # what somebody claims counts
        ("谎称不会扣费", False),
        ("他说不要钱", False),
        ("不要告诉家里人", False),
    ],
)
def test_advice_and_denials_make_no_move(clause: str, denied: bool) -> None:
    assert denies(clause) is denied


def test_a_genuine_desk_that_denies_the_moves_makes_none(classifier: Classifier) -> None:
    text = (
        "尊敬的商户，我司不会让您加微信，也不会要求您刷卡激活，"
        "切勿向陌生人支付服务费，如有疑问请拨打机身背面的客服电话。"
    )
    assert classifier.assess(text).tactics == ()


def test_roles_are_inferred_when_only_names_are_given(classifier: Classifier) -> None:
    turns = [
        {"role": "1", "words": "您好，我是刷卡机售后中心的，您的机器到期了"},
        {"role": "2", "words": "到期了怎么办"},
        {"role": "1", "words": "免费给您换新机，加我微信，首笔刷卡扣299服务费，一个月返还"},
        {"role": "2", "words": "哦好的"},
    ]
    tactics = classifier.assess(turns).tactics
    assert tactics
    assert {span.role for span in tactics} == {"agent"}
    assert {span.turn for span in tactics} == {0, 2}


def test_the_clerks_question_is_no_move(classifier: Classifier) -> None:
    text = (
        "坐席：您好，反诈中心。他让您加微信了吗？有没有让您刷卡？\n"
        "客户：有个自称收款机售后的，说机器到期，寄了台新的，我刷了一千被扣了299，说一个月返，现在拉黑我了。\n"
        "坐席：他让您下载软件了吗？"
    )
    result = classifier.assess(text)
    assert result.tactics
    assert {span.turn for span in result.tactics} == {1}


def test_why_not_says_what_would_have_had_to_be_there(classifier: Classifier) -> None:
    passed = classifier.assess("您好，您的快递放在门口了，麻烦查收一下")
    assert passed.action == "pass"
    assert passed.why_not is not None
    assert (passed.why_not.next_action, passed.why_not.because) == ("review", "tactics")
    assert passed.why_not.distance > 0
    assert passed.why_not.tactics
    alert = classifier.assess(load_cases("chains")[0]["text"])
    assert (alert.action, alert.why_not) == ("alert", None)


def test_why_not_of_a_report_says_that_it_is_one(classifier: Classifier) -> None:
    with (ROOT / "examples" / "5-news.txt").open(encoding="utf-8") as file:
        result = classifier.assess(file.read())
    assert result.why_not is not None
    assert result.why_not.because == "report"
