"""Hygiene: the shipped corpora are clean, and planted problems are found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from huashu_corpora import Document, TacticMark
from huashu_corpora.checks import find_problems

pytestmark = pytest.mark.slow


def test_the_shipped_corpora_have_no_problems(documents: list[Document]) -> None:
    assert find_problems(documents) == []


PLANTED = Document("planted", "有个人打电话说他是售后，", "none", "complaint", (), "hand", "kind", "planted")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"text": "打13812345678找我"}, "a valid-looking mobile or identity number; mask it: planted"),
        ({"text": "身份证11010119900307123X登记"}, "a valid-looking mobile or identity number; mask it: planted"),
        ({"hand": ""}, "names no hand or no kind: planted"),
        ({"text": "他说 是售后", "tactics": (TacticMark("service_identity", 2, 4),)}, "begins or ends in a blank"),
    ],
    ids=["mobile", "identity", "hand", "blank"],
)
def test_planted_problems_are_found(change: dict[str, Any], message: str, documents: list[Document]) -> None:
    planted = replace(PLANTED, **change)
    assert [problem for problem in find_problems([*documents[:50], planted]) if message in problem]


def test_a_near_duplicate_in_another_group_is_found(documents: list[Document]) -> None:
    source = max(documents[:100], key=lambda document: len(document.text))
    copy = replace(source, id="copy", text=source.text + "是的", group="copy", tactics=())
    assert any("copy" in problem for problem in find_problems([*documents[:100], copy]))
