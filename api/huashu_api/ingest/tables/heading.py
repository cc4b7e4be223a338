"""The header of a table of cells, or that it has none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from huashu.masking import mask
from huashu_api.ingest.tables.columns import KNOWN, LONGEST_NAME, TEXTS, fold
from huashu_api.ingest.tables.rows import Row

Cells = tuple[int, Sequence[Any] | str]
"""A row's number in its file and its cells, or what is wrong with it."""
LOOKED_AT, TITLES = 20, 10
"""So many rows tell whether there is a header; so many, titles and blank rows, may stand above it."""


def headed(rows: Iterable[Cells], first_is_row: bool = False) -> Iterator[Row]:
    """The rows by column. The header is the first row with a usual name in it, or the first whose cells look like names
    where those below do not; a table without one has the columns 列1, 列2, ...

    Rows are counted from the one after the header, or as they stand when ``first_is_row``.
    """
    remaining = iter(rows)
    sample = []
    for row in remaining:
        sample.append(row)
        if len(sample) == LOOKED_AT:
            break
    place = _header_at([cells if isinstance(cells, list | tuple) else () for _, cells in sample])
    good = [cells for _, cells in sample if not isinstance(cells, str)]
    width = max(map(len, good), default=0)
    if place is None:
        names, skipped = [f"列{number}" for number in range(1, width + 1)], 0
    else:
        names, skipped = _distinct(sample[place][1]), place + 1
        if width > len(names) and first_is_row:
            names += [f"列{number}" for number in range(len(names) + 1, width + 1)]
    before = 0 if first_is_row else sum(1 for _ in sample[:skipped])
    for number, cells in chain(sample[skipped:], remaining):
        at = number - before
        if isinstance(cells, str):
            yield at, cells
        elif all(cell in (None, "") for cell in cells):
            yield at, "the line is empty"
        elif len(cells) != len(names) and not first_is_row:
            yield at, f"has {len(cells)} cells, the header has {len(names)}"
        else:
            yield at, dict(zip(names, cells, strict=False))


def has_heading(rows: Sequence[Sequence[Any]]) -> bool:
    """Whether a table has a header with two usual names or more, one of them of a text, and something below it."""
    for place, cells in enumerate(rows[:TITLES]):
        usual = {fold(cell) for cell in cells if isinstance(cell, str)} & KNOWN
        if len(usual) > 1 and usual & TEXTS:
            return len(rows) > place + 1
    return False


def _distinct(cells: Sequence[Any] | str) -> list[str]:
    """The names of columns; those without one or with another's get their number."""
    names: list[str] = []
    for number, cell in enumerate(cells, 1):
        name = "" if cell is None else str(cell).strip("\ufeff")
        names.append(name if name.strip() and name not in names else f"列{number}")
    return names


def _header_at(rows: Sequence[Sequence[Any]]) -> int | None:
    for place, cells in enumerate(rows[: TITLES + 1]):
        if any(isinstance(cell, str) and fold(cell) in KNOWN for cell in cells) and _are_names(cells):
            return place
    for place, cells in enumerate(rows[:TITLES]):
        filled = [cell for cell in cells if cell not in (None, "")]
        if len(filled) > 1 or (filled and max(map(len, rows)) == 1):
            return place if _are_names(cells) and _differs(cells, rows[place + 1 :]) else None
    return None


def _are_names(cells: Sequence[Any]) -> bool:
    """Whether cells look like names of columns: short, different, no numbers."""
    filled = [cell for cell in cells if cell not in (None, "")]
    return bool(filled) and len(set(map(str, filled))) == len(filled) and all(
        isinstance(cell, str)
        and len(cell.strip()) <= LONGEST_NAME
        and not cell.strip()[:1].isdigit()
        and mask(cell) == cell
        for cell in filled
    )  # fmt: skip


def _differs(names: Sequence[Any], below: Sequence[Sequence[Any]]) -> bool:
    """Whether the rows below are of another kind: some column holds numbers, or cells twice as long as its name."""
    for place, name in enumerate(names):
        cells = [str(row[place]).strip() for row in below if place < len(row) and row[place] not in (None, "")]
        if cells and (
            sum(map(len, cells)) > 2 * len(str(name)) * len(cells) or all(cell[:1].isdigit() for cell in cells)
        ):
            return True
    return False
