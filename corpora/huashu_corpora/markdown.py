"""Markdown tables, in which figures are printed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def table(columns: Sequence[str], rows: Iterable[Iterable[object]], text_columns: int = 1) -> list[str]:
    """The lines of a table; the first ``text_columns`` stand left, the others, being numbers, right. Cells are written
    by ``str``, on one line and with their bars escaped."""
    marks = ["---" if i < text_columns else "---:" for i in range(len(columns))]
    return [_line(columns), f"|{'|'.join(marks)}|", *map(_line, rows)]


def _line(cells: Iterable[object]) -> str:
    return f"| {' | '.join(str(cell).replace('|', chr(92) + '|').replace(chr(10), ' ') for cell in cells)} |"
