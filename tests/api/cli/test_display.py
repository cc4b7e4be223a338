"""The page for people: figures that add up, values in their language, nothing that a clear pass does not need."""

from __future__ import annotations

import re

import pytest
from rich.console import Console

from huashu import Classifier, Fact
from huashu_api.cli.display import render, value_zh
from texts import LURE


def shown(classifier: Classifier, text: str, language: str = "zh") -> str:
    console = Console(width=120, record=True, file=None, force_terminal=False)
    with console.capture() as captured:
        console.print(render(classifier.assess(text), text, language))
    return captured.get()


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        ("term", "1m", "1个月"),
        ("term", "0.5d", "0.5天"),
        ("date", "--03-07", "3月7日"),
        ("date", "2025-03", "2025年3月"),
        ("date", "2024", "2024年"),
        ("identity", "terminal_service", "刷卡机服务方"),
        ("gift", "voucher", "券"),
        ("amount", "299", "299"),
        ("identity", "of_a_newer_model", "of_a_newer_model"),
    ],
)
def test_values_are_said_in_chinese(kind: str, value: str, said: str) -> None:
    assert value_zh(Fact(kind, 0, 1, "x", value, "", None)) == said


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_reasons_that_are_shown_add_up_to_the_score(classifier: Classifier, language: str) -> None:
    page = shown(classifier, LURE * 2, language)
    score = re.search(r"(?:得分|score) ([+-]\d+\.\d{3})\s*$", page, re.M)
    weights = re.findall(r"^([+-]\d+\.\d{3}) ", page, re.M)
    assert score
    assert len(weights) == 9
    assert sum(map(float, weights)) == pytest.approx(float(score[1]), abs=0.0011)


def test_a_pass_lists_no_missing_moves(classifier: Classifier) -> None:
    assert "未见的脚本动作" in shown(classifier, LURE)
    assert "未见的脚本动作" not in shown(classifier, "您的包裹到驿站了，凭取件码来拿")
