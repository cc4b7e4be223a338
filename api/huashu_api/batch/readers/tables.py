"""CSV and TSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from huashu_api.batch.readers.lines import MAX_LINE, bounded
from huashu_api.batch.readers.rows import Row


def csv_rows(stream: io.BufferedReader, encoding: str) -> Iterator[Row]:
    """The rows of a table with commas, under its header."""
    return _rows(stream, encoding, ",")


def tsv_rows(stream: io.BufferedReader, encoding: str) -> Iterator[Row]:
    """The rows of a table with tabs, under its header."""
    return _rows(stream, encoding, "\t")


def _rows(stream: io.BufferedReader, encoding: str, delimiter: str) -> Iterator[Row]:
    limit = csv.field_size_limit(MAX_LINE)  # of the whole interpreter, so it is put back
    try:
        yield from _limited_rows(stream, encoding, delimiter)
    finally:
        csv.field_size_limit(limit)


def _limited_rows(stream: io.BufferedReader, encoding: str, delimiter: str) -> Iterator[Row]:
    text = io.TextIOWrapper(stream, encoding, errors="surrogateescape", newline="")
    lines = _Lines(text, delimiter)
    reader = csv.reader(lines, delimiter=delimiter)
    header: list[str] | None = None
    number = 0
    while True:
        try:
            row = next(reader, None)
        except (csv.Error, _LineError) as error:
            number += 1
            yield number, f"is not valid CSV ({error})"
            if isinstance(error, _LineError):  # the reader has to forget what of the row it has
                reader = csv.reader(lines, delimiter=delimiter)
            continue
        if row is None:
            if header is None:
                yield 1, "the file is empty"
            return
        if header is None:
            header = row
            continue
        number += 1
        if not row:
            yield number, "the line is empty"
        elif len(row) != len(header):
            yield number, f"has {len(row)} cells, the header has {len(header)}"
        else:
            yield number, dict(zip(header, row, strict=True))


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
