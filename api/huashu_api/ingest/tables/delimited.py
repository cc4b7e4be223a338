"""Tables of text: cells parted by commas, semicolons, tabs or bars."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from huashu_api.ingest.documents.lines import MAX_LINE, bounded
from huashu_api.ingest.opening import peek
from huashu_api.ingest.tables.heading import Cells, headed
from huashu_api.ingest.tables.rows import Row

DELIMITERS = ",;\t|，；"
_LOOKED_AT = 50
"""So many lines tell what parts the cells."""


def delimited_rows(stream: io.BufferedReader, encoding: str) -> Iterator[Row]:
    """The rows of a table, whatever parts its cells."""
    limit = csv.field_size_limit(MAX_LINE)  # of the whole interpreter, so it is put back
    try:
        delimiter = delimiter_of(peek(stream).decode(encoding, "replace"))
        yield from headed(_cells(stream, encoding, delimiter))
    finally:
        csv.field_size_limit(limit)


def delimiter_of(sample: str) -> str:
    """What parts the cells: the sign that gives most of the first rows the same number of cells, more than one."""
    lines = sample.splitlines(keepends=True)[:_LOOKED_AT]

    def fit(delimiter: str) -> tuple[float, int]:
        try:
            counts = [len(row) for row in csv.reader(lines, delimiter=delimiter) if row]
        except csv.Error:
            return 0.0, 0
        common = max(set(counts), key=counts.count, default=1)
        return (counts.count(common) / len(counts) if common > 1 else 0.0), common

    best = max(DELIMITERS, key=fit)
    return best if fit(best)[0] > 0 else ","


def _cells(stream: io.BufferedReader, encoding: str, delimiter: str) -> Iterator[Cells]:
    errors = "replace" if encoding.startswith("utf-16") else "surrogateescape"
    text = io.TextIOWrapper(stream, encoding, errors=errors, newline="")
    lines = _Lines(text, delimiter)
    reader = csv.reader(lines, delimiter=delimiter)
    number = 0
    while True:
        number += 1
        try:
            row = next(reader, None)
        except (csv.Error, _LineError) as error:
            yield number, f"is not valid CSV ({error})"
            if isinstance(error, _LineError):  # the reader has to forget what of the row it has
                reader = csv.reader(lines, delimiter=delimiter)
            continue
        if row is None:
            return
        yield number, row


MAX_CELLS = 10_000
"""In a line; the reader would hold far more memory for them than the line has."""


class _LineError(Exception):
    """A line that is not taken."""


class _Lines:
    """The lines of a text with their ends, none of which is longer than ``MAX_LINE`` or has more than ``MAX_CELLS``."""

    def __init__(self, text: io.TextIOWrapper, delimiter: str) -> None:
        self._lines, self._delimiter = bounded(text.readline, keep_ends=True), delimiter

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        if line is None:
            raise _LineError(f"a line is longer than {MAX_LINE >> 20} MB")
        if line.count(self._delimiter) >= MAX_CELLS:
            raise _LineError(f"a line has more than {MAX_CELLS:,} cells")
        return line
