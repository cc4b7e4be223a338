"""Tables: which column is what, headers that stand lower or nowhere, turns of several calls, sheets."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import datetime, time
from typing import Any

import pytest
import xlsxwriter

from huashu_api.ingest.tables.sheets import PASSWORD

from .reading import CALL, items, notes, problems, sources

PROSE = [
    "昨天有人上门说要换刷卡机，收了三百块服务费",
    "楼下饭店油烟太大，反映了半年没有人来看",
    "快递放在驿站被人拿错，找了两天",
]
CASE = "工单号,受理人,{},状态\n" + "".join(f"G{n},小陈,{text},办结\n" for n, text in enumerate(PROSE))


@pytest.mark.parametrize(
    "heading",
    [
        "受理内容",
        "诉求描述",
        "投诉详情",
        "识别文本",
        "识别结果",
        "工单内容",
        "transcription",
        "message",
        "市民所述",
        "备注3",
    ],
)
def test_the_text_is_found_by_name_or_by_what_it_holds(heading: str) -> None:
    assert sources(CASE.format(heading).encode(), "a.csv") == PROSE


def test_how_the_text_was_found_is_said() -> None:
    (note,) = notes(CASE.format("市民所述").encode(), "a.csv")
    assert note == "a.csv: utf-8, text=市民所述 (the column with most Chinese prose, 17 characters a row), id=工单号"


def test_a_usual_name_over_short_cells_does_not_hide_the_prose() -> None:
    rows = "内容,经过\n" + "".join(f"投诉,{text}{text}\n" for text in PROSE)
    assert sources(rows.encode(), "a.csv") == [text * 2 for text in PROSE]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_whatever_parts_the_cells_and_in_each_encoding(delimiter: str, encoding: str) -> None:
    table = CASE.format("正文").replace(",", delimiter)
    assert sources(table.encode(encoding), "a.csv") == PROSE


def test_a_table_without_a_header_has_numbered_columns() -> None:
    table = "".join(f"{n},{text}\n" for n, text in enumerate(PROSE, 1))
    assert sources(table.encode(), "a.csv") == PROSE
    assert "text=列2" in notes(table.encode(), "a.csv")[0]
    assert [item.row for item in items(table.encode(), "a.csv")] == [1, 2, 3]


def test_columns_by_file() -> None:
    table = "甲,乙\n一句短话,另一句短话\n"
    assert sources(table.encode(), "七月/a.csv", columns={"text": "甲"}, by_file={"a.csv": {"text": "乙"}}) == [
        "另一句短话"
    ]
    assert problems(table.encode(), "a.csv", columns={"text": "丙"}) == ["has no column '丙'; it has 甲, 乙"]


def _turns(order: list[tuple[str, int]], times: str = "ms") -> str:
    shown: dict[str, Callable[[int], str]] = {
        "ms": str,
        "clock": lambda ms: f"00:00:{ms // 1000:02}",
        "date": lambda ms: f"2025-03-07 10:00:{ms // 1000:02}",
    }
    rows = [f"{call},{CALL[n]['role']},{shown[times](CALL[n]['begin'])},{CALL[n]['words']}" for call, n in order]
    return "录音编号,角色,起始时间,识别结果\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize("times", ["ms", "clock", "date"])
def test_turns_of_interleaved_calls_are_put_together_by_time(times: str) -> None:
    order = [(call, n) for n in (1, 0, 2, 3, 5, 4) for call in ("A", "B")]
    found = items(_turns(order, times).encode(), "a.csv")
    assert [(item.id, item.row, item.rows) for item in found] == [("A", 1, 6), ("B", 2, 6)]
    for item in found:
        assert isinstance(item.source, list)
        assert [turn["words"] for turn in item.source] == [turn["words"] for turn in CALL]
        assert [turn["begin"] // 1000 for turn in item.source] == [turn["begin"] // 1000 for turn in CALL]


def test_ids_that_never_come_back_are_of_texts() -> None:
    rows = "编号,渠道,channel,内容\n" + "".join(f"{n},电话,热线,{text}\n" for n, text in enumerate(PROSE))
    assert sources(rows.encode(), "a.csv") == PROSE


def workbook(**sheets: list[list[Any]]) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"}) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return data.getvalue()


def test_every_sheet_is_read_under_its_own_header() -> None:
    data = workbook(
        一月=[["市民热线一月工单"], [], ["工单号", "诉求描述"], [1001, PROSE[0]], [], [1002, PROSE[1]]],
        说明=[],
        二月=[["编号", "事件经过"], ["x", PROSE[2]]],
    )
    found = items(data, "工单.xlsx")
    assert [(item.sheet, item.row, item.id, item.source) for item in found] == [
        ("一月", 4, "1001", PROSE[0]),
        ("一月", 6, "1002", PROSE[1]),
        ("二月", 2, "x", PROSE[2]),
    ]
    assert notes(data, "工单.xlsx")[1] == "工单.xlsx [二月]: text=事件经过, id=编号"


def test_merged_cells_hold_for_all_their_rows() -> None:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["通话流水号", "说话人", "开始时间", "文本"])
        sheet.merge_range(1, 0, 6, 0, "C1")
        for number, turn in enumerate(CALL, 1):
            sheet.write_row(number, 1, [turn["role"], turn["begin"], turn["words"]])
    (item,) = items(data.getvalue(), "a.xlsx")
    assert (item.id, item.rows) == ("C1", 6)
    assert isinstance(item.source, list)
    assert [turn["words"] for turn in item.source] == [turn["words"] for turn in CALL]


@pytest.mark.parametrize(
    "begin", [lambda s: datetime(2025, 3, 7, 10, 0, s), lambda s: time(0, 0, s), lambda s: s / 86_400]
)
def test_times_as_spreadsheets_have_them(begin: Any) -> None:
    rows = [["C1", turn["role"], begin(turn["begin"] // 1000), turn["words"]] for turn in reversed(CALL)]
    (item,) = items(workbook(a=[["通话ID", "角色", "开始时间", "文本"], *rows]), "a.xlsx")
    assert isinstance(item.source, list)
    assert [turn["words"] for turn in item.source] == [turn["words"] for turn in CALL]


def test_workbooks_that_cannot_be_read_say_why() -> None:
    good = workbook(a=[["内容"], [PROSE[0]]])
    assert problems(good[: len(good) // 2], "a.xlsx") == ["is damaged or cut off"]
    assert problems(workbook(a=[]), "a.xlsx") == ["the workbook is empty"]
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    assert problems(locked, "a.xlsx") == [PASSWORD]


def test_old_systems_write_text_under_the_name_of_a_workbook() -> None:
    assert sources(CASE.format("正文").replace(",", "\t").encode("gb18030"), "a.xls") == PROSE


PAGE = """<html><head><meta charset="gb2312"><style>td {color: red}</style></head><body>
<table><tr><td>工单导出</td></tr></table>
<table border=1><tr><th>工单号<th>受理时间<th>投诉内容<tr><td>7<td>2025-03-07<td>有人自称<b>总部</b>，寄来机器
<tr><td>8<td>2025-03-08<td>楼道灯坏了&nbsp;半个月</table></body></html>"""
XML = """<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="一"><Table>
<Row><Cell><Data ss:Type="String">工单号</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">投诉内容
</Data></Cell></Row>
<Row><Cell><Data ss:Type="Number">7</Data></Cell><Cell/><Cell><Data>有人自称总部，寄来机器</Data></Cell></Row>
</Table></Worksheet></Workbook>"""


@pytest.mark.parametrize("name", ["工单.xls", "工单.html"])
def test_a_page_that_is_a_table_is_read_as_one(name: str) -> None:
    found = items(PAGE.encode("gb2312"), name)
    found = [item for item in found if item.source is not None]
    assert [(item.id, item.source) for item in found] == [("7", "有人自称总部，寄来机器"), ("8", "楼道灯坏了 半个月")]


def test_a_workbook_in_xml_is_read() -> None:
    (item,) = items(XML.encode(), "工单.xls")
    assert (item.id, item.source, item.row) == ("7", "有人自称总部，寄来机器", 2)


def test_a_page_without_a_table_of_texts_is_one_text() -> None:
    page = "<html><body><p>机器被换了</p><table><tr><td>地址<td>东街<tr><td>电话<td>无</table></body></html>"
    assert sources(page.encode(), "a.html") == ["机器被换了\n地址 东街\n电话 无"]


def test_sides_of_a_call_in_columns_of_their_own() -> None:
    table = "流水号,坐席文本,客户文本\n7,您好，给您换台机器,哪位\n8,您好,\n9,,\n"
    first, second, third = items(table.encode(), "a.csv")
    assert first.source == [{"role": "坐席", "words": "您好，给您换台机器"}, {"role": "客户", "words": "哪位"}]
    assert second.source == [{"role": "坐席", "words": "您好"}]
    assert "are empty" in third.problem
    assert "text=坐席文本+客户文本" in notes(table.encode(), "a.csv")[0]


def test_an_id_in_the_first_row_of_its_call_only() -> None:
    one = "".join(f",{turn['role']},{turn['words']}\n" for turn in CALL)
    rows = f"7{one}8{one}"
    found = items(f"通话ID,角色,内容\n{rows}".encode(), "a.csv")
    assert [(item.id, item.rows) for item in found] == [("7", len(CALL)), ("8", len(CALL))]
    assert [turn["words"] for turn in found[1].source or ()] == [turn["words"] for turn in CALL]  # type: ignore[index]


def test_calls_under_their_ids() -> None:
    turns = [{"role": "坐席", "words": "您好"}, {"role": "客户", "words": "哪位"}]
    found = items(json.dumps({"甲": turns, "乙": turns}).encode(), "a.json")
    assert [(item.id, item.source) for item in found] == [("甲", turns), ("乙", turns)]


@pytest.mark.parametrize("cell", ["机器<br>被换了", "<p>机器</p><p>被换了</p>", "机器\\n被换了"])
def test_pages_and_written_line_breaks_in_cells(cell: str) -> None:
    assert sources(f"编号,内容\n1,{cell}\n".encode(), "a.csv") == ["机器\n被换了"]


def test_big5_is_told_from_gb18030() -> None:
    text = "有人自稱總部，寄來新機，首筆扣了二百九十八元，說好一個月退，現在電話不接。"
    assert sources(text.encode("big5"), "a.txt") == [text]
    assert notes(f"編號,內容\n1,{text}\n".encode("big5"), "a.csv")[0].startswith("a.csv: big5")
