"""Groups: near-duplicates and stated families stay together."""

from __future__ import annotations

import pytest

from huashu_corpora import Document
from huashu_corpora.groups import group_numbers, near_duplicates, overlaps

pytestmark = pytest.mark.slow

BASE = "有个自称售后的人打电话说我的机器到期了要换新的，寄来之后让我先刷一千块激活，结果少了二百九十九"


def _document(number: int, text: str, group: str = "") -> Document:
    return Document(str(number), text, "none", "pitch", group=group or str(number))


def test_a_changed_sum_is_a_near_duplicate() -> None:
    texts = [BASE, "今天的外卖送得很快，味道也不错，下次还点", BASE.replace("二百九十九", "三百九十九")]
    assert [(i, j) for i, j, _ in near_duplicates(texts)] == [(0, 2)]


def test_groups_join_families_and_near_duplicates() -> None:
    documents = [
        _document(0, BASE),
        _document(1, "完全不同的一段话，讲的是小区停车", "case"),
        _document(2, BASE + "元"),
        _document(3, "第三段，讲孩子上学的事情", "case"),
        _document(4, "没有关系的文字在这里"),
    ]
    numbers = group_numbers(documents)
    assert numbers[0] == numbers[2]
    assert numbers[1] == numbers[3]
    assert len(set(numbers)) == 3


def test_shipped_corpora_hold_no_near_duplicates(documents: list[Document]) -> None:
    pairs = near_duplicates([document.text for document in documents])
    assert [(documents[i].id, documents[j].id) for i, j, _ in pairs if documents[i].group != documents[j].group] == []


def test_overlaps_find_near_duplicates_and_short_copies_across_two_sets() -> None:
    known = ["今天的外卖送得很快，味道也不错，下次还点", BASE, "好的！"]
    found = overlaps([BASE.replace("二百九十九", "三百九十九"), "好的", "别的话，说的是天气"], known)
    assert [(i, j) for i, j, _ in found] == [(0, 1), (1, 2)]
