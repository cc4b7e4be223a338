"""Workbooks (xlsx): a sheet of rows, one of the run's figures, one of what could not be judged."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from huashu_api.batch.flat import heading

ROWS, SUMMARY, REJECTS = "明细", "汇总", "未判"
MOST_ROWS, LONGEST = 1_000_000, 32_000
"""Rows of a sheet and characters of a cell, a little below what spreadsheets hold."""
_REJECT = ("file", "sheet", "row", "id", "case", "start", "rows", "reason")
_WIDE, _NARROW = 28, 11
_WIDE_ONES = frozenset(("文件", "主要依据", "原文", "原因", "类型", "file", "reasons", "text", "reason", "scheme"))


def assemble(
    parts: Sequence[Path],
    rejects: Sequence[Path],
    target: Path,
    headings: Sequence[str],
    facts: Sequence[Sequence[Any]],
) -> None:
    """Write ``target``: rows under ``headings``, with filters and a head that stays, on as many sheets as they need."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(target), options) as book:
        bold = book.add_format({"bold": True, "bg_color": "#EDEDED"})
        summary = book.add_worksheet(SUMMARY)
        summary.set_column(0, 0, _WIDE)
        summary.set_column(1, 1, 2 * _WIDE)
        for place, row in enumerate(facts):
            _write(summary, place, row)
        _sheets(book, ROWS, headings, _lines(parts), bold)
        names = [heading(name, "zh") for name in _REJECT]
        _sheets(book, REJECTS, names, ([row.get(name) for name in _REJECT] for row in _lines(rejects)), bold)
        book.get_worksheet_by_name(ROWS).activate()


def _lines(parts: Sequence[Path]) -> Iterator[Any]:
    for part in parts:
        with part.open(encoding="utf-8") as lines:
            yield from map(json.loads, lines)


def _sheets(book: Any, name: str, headings: Sequence[str], rows: Iterable[Sequence[Any]], bold: Any) -> None:
    sheet, place, number = None, 0, 0
    for row in rows:
        if sheet is None or place > MOST_ROWS:
            _finish(sheet, place, len(headings))
            number += 1
            sheet, place = _begin(book, name if number == 1 else f"{name}{number}", headings, bold), 1
        _write(sheet, place, row)
        place += 1
    if sheet is None:
        sheet, place = _begin(book, name, headings, bold), 1
    _finish(sheet, place, len(headings))


def _begin(book: Any, name: str, headings: Sequence[str], bold: Any) -> Worksheet:
    sheet: Worksheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for column, title in enumerate(headings):
        sheet.set_column(column, column, _WIDE if title in _WIDE_ONES else _NARROW)
        sheet.write_string(0, column, title, bold)
    return sheet


def _finish(sheet: Worksheet | None, rows: int, columns: int) -> None:
    if sheet is not None:
        sheet.autofilter(0, 0, max(rows - 1, 1), columns - 1)


def _write(sheet: Worksheet, place: int, row: Sequence[Any]) -> None:
    for column, value in enumerate(row):
        if value is None or value == "":
            continue
        if isinstance(value, int | float):
            sheet.write_number(place, column, value)
        else:
            sheet.write_string(place, column, str(value)[:LONGEST])
