"""Labelled tables as people keep them: other headings, other encodings, other files, Chinese names of labels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import xlsxwriter

from huashu import InputError
from huashu_api.cli.labelled import labelled_rows
from huashu_corpora import read_documents
from huashu_training.measure.labelled import read_labelled

FRAUD = "自称银联的人讲我店里的机子要停，换了新的头一笔就少了两百多。"
FINE = "隔壁装修到半夜，物业电话打不通。"


def test_a_table_of_a_hotline_with_chinese_labels(tmp_path: Path) -> None:
    table = "工单号,投诉内容,类型,人工判定,文体\n"
    table += f"11,{FRAUD},其他诈骗,冒充客服骗取POS升级服务费,投诉举报\n12,{FINE},其他诈骗,正常,\n"
    path = tmp_path / "七月.csv"
    path.write_bytes(table.encode("gb18030"))
    first, second = read_labelled(path, labelled_rows)
    assert (first.text, first.label, first.register, first.line) == (FRAUD, "upgrade_fee", "complaint", 1)
    assert (second.text, second.label, second.register) == (FINE, "none", None)


def test_a_workbook_is_a_corpus(tmp_path: Path) -> None:
    path = tmp_path / "案例.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate(
            [["编号", "正文", "标签", "文体", "标注人"], ["a1", FRAUD, "upgrade_fee", "投诉举报", "甲"]]
        ):
            sheet.write_row(row, 0, cells)
    (document,) = read_documents([path], labelled_rows)
    assert (document.id, document.text, document.scheme, document.hand) == ("a1", FRAUD, "upgrade_fee", "甲")


def test_a_call_is_one_text_with_a_line_a_turn(tmp_path: Path) -> None:
    turns = [{"role": "坐席", "words": "您好"}, {"role": "客户", "words": "什么事"}]
    path = tmp_path / "calls.jsonl"
    path.write_text(json.dumps({"dialogue": turns, "标签": "是"}, ensure_ascii=False), encoding="utf-8")
    (row,) = read_labelled(path, labelled_rows)
    assert (row.text, row.label) == ("坐席：您好\n客户：什么事", "fraud")


def test_our_own_fields_are_checked_as_strictly_as_ever(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    row = {"id": "x", "text": FINE, "scheme": "none", "register": "complaint", "writer": "甲"}
    path.write_text(json.dumps(row, ensure_ascii=False) + "\n\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"own\.jsonl:1: unknown field 'writer'"):
        read_documents([path], labelled_rows)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (f"投诉内容\n{FINE}\n", r"a\.csv:1: needs a 'label' or a 'scheme'"),
        (f"投诉内容,标签\n{FINE},正常\n,正常\n", r"a\.csv:2: the text is empty"),
        (f"投诉内容,标签\n{FINE},升级\n", r"a\.csv:1: unknown label '升级'; known are"),
    ],
)
def test_what_cannot_be_measured_on_is_named_with_file_and_row(table: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(table, encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_labelled(path, labelled_rows)
