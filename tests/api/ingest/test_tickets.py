"""Tickets that hold several cases, and their places in the whole."""

from __future__ import annotations

import pytest

from .reading import items

CASES = [
    "有人冒充刷卡机总部，寄来一台机器，首笔扣了298元。",
    "楼下饭店油烟太大，反映了半年。",
    "快递放在驿站被人拿错了。",
]
FORMS = {
    "numbers": "{n}、{text}\n",
    "brackets": "（{n}）{text}\n",
    "Chinese": "{zh}、{text}\n",
    "headings": "案例{zh}：{text}\n",
    "circles": "{circle}{text}",
    "one line": "{n}、{text}",
    "ordinals": "第{zh}件\n{text}\n",
}


def ticket(form: str) -> str:
    return "".join(
        FORMS[form].format(n=n, zh="一二三"[n - 1], circle="①②③"[n - 1], text=text) for n, text in enumerate(CASES, 1)
    )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("head", ["", "本日工单：\n"])
def test_each_case_is_an_item_with_its_place(form: str, head: str) -> None:
    text = head + ticket(form)
    found = items(text.encode(), "a.txt", split=True)
    assert [(item.case, item.rows) for item in found] == [(1, 1), (2, 0), (3, 0)]
    for item, case in zip(found, CASES, strict=True):
        assert isinstance(item.source, str)
        assert case in item.source
        assert text[item.start :].startswith(item.source)


@pytest.mark.parametrize(
    "text",
    [
        "没有编号的一段话，说的是一件事。",
        "1、只有一条，没有第二条的工单。",
        "3、从三开始\n4、不是列举\n",
        "费率0.6%，1.5万元到账，2.3万元没有到。",
    ],
)
def test_what_is_one_case_stays_whole(text: str) -> None:
    assert [(item.case, item.source) for item in items(text.encode(), "a.txt", split=True)] == [(0, text)]


def test_tickets_are_whole_unless_they_are_to_be_split() -> None:
    assert len(items(ticket("numbers").encode(), "a.txt")) == 1
