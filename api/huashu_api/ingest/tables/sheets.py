"""Workbooks: xlsx, xlsm, xlsb, xls and ods."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, Any

import python_calamine as calamine

from huashu_api.ingest.items import Item, ReadOptions
from huashu_api.ingest.packed import packed_problem
from huashu_api.ingest.tables.columns import Columns
from huashu_api.ingest.tables.heading import Cells, headed
from huashu_api.ingest.tables.rows import row_items

MAX_UNPACKED = 1 << 30
"""Bytes that the parts of a workbook may come to: they are read as a whole."""
MAX_CELLS = 20_000_000
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED = "EncryptedPackage".encode("utf-16-le")
PASSWORD = "is protected by a password; save it without one"


def sheet_items(
    file: str, raw: IO[bytes], options: ReadOptions, on_columns: Callable[[str, Columns], None]
) -> Iterator[Item]:
    """The items of all sheets that hold a table; ``on_columns`` is told each sheet's name and columns. Rows have their
    numbers in the sheet. Cells that are merged all have the value of the first."""
    problem = _problem(raw)
    if problem:
        yield Item(file, 1, None, None, problem)
        return
    try:
        book = calamine.load_workbook(raw)
        names = [sheet.name for sheet in book.sheets_metadata if sheet.typ == calamine.SheetTypeEnum.WorkSheet]
    except calamine.PasswordError:
        yield Item(file, 1, None, None, PASSWORD)
        return
    except (calamine.CalamineError, OSError, ValueError) as error:
        yield Item(file, 1, None, None, f"is not a workbook, or damaged ({type(error).__name__})")
        return
    filled = 0
    for name in names:
        try:
            sheet = book.get_sheet_by_name(name)
            if not sheet.height or not sheet.width:
                continue
            if sheet.height * sheet.width > MAX_CELLS:
                yield Item(file, 1, None, None, f"the sheet has more than {MAX_CELLS:,} cells: split it", sheet=name)
                filled += 1
                continue
            rows = list(_cells(sheet))
        except (calamine.CalamineError, OSError, ValueError, IndexError) as error:
            yield Item(file, 1, None, None, f"the sheet is damaged ({type(error).__name__})", sheet=name)
            filled += 1
            continue
        filled += 1
        yield from row_items(
            file,
            headed(rows, first_is_row=True),
            options,
            partial(on_columns, name),
            name,
        )
    if not filled:
        yield Item(file, 1, None, None, "the workbook is empty")


def _cells(sheet: calamine.CalamineSheet) -> Iterator[Cells]:
    """The rows that hold anything, by their numbers in the sheet."""
    first = sheet.start[0] if sheet.start else 0
    left = sheet.start[1] if sheet.start else 0
    merged = _merged(sheet, first, left)
    for place, found in enumerate(sheet.iter_rows()):
        cells: list[Any] = [_cell(cell) for cell in found]
        for column, source in merged.get(place, {}).items():
            if column < len(cells):
                cells[column] = source[0] if source else None
        for column, holder in merged.get(~place, {}).items():
            if column < len(cells):
                holder.append(cells[column])
        if any(cell not in (None, "") for cell in cells):
            yield first + place + 1, cells


def _merged(sheet: calamine.CalamineSheet, first: int, left: int) -> dict[int, dict[int, list[Any]]]:
    """Row -> column -> where the value of the range's first cell will be; under ``~row`` where it is found."""
    found: dict[int, dict[int, list[Any]]] = {}
    for (top, start), (bottom, stop) in sheet.merged_cell_ranges or ():
        holder: list[Any] = []
        found.setdefault(~(top - first), {})[start - left] = holder
        if bottom == top:
            continue  # a title over several columns
        for row in range(top + 1, min(bottom, top + MAX_MERGED) + 1):
            for column in range(start, min(stop, start + 1) + 1):
                found.setdefault(row - first, {})[column - left] = holder
    return found


MAX_MERGED = 10_000
"""Rows of a range."""


def _cell(value: Any) -> Any:
    return None if value == "" else value


def _problem(raw: IO[bytes]) -> str:
    """What speaks against reading a workbook, by its container."""
    raw.seek(0)
    head = raw.read(1 << 16)
    size = raw.seek(0, io.SEEK_END)
    raw.seek(0)
    if head.startswith(_OLD):
        raw.seek(max(0, size - (1 << 20)))
        tail = raw.read()
        raw.seek(0)
        return PASSWORD if _LOCKED in head or _LOCKED in tail else ""
    return packed_problem(raw, MAX_UNPACKED)
