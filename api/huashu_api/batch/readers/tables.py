"""CSV and TSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from huashu_api.batch.readers.lines import MAX_LINE
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
    reader = csv.reader(text, delimiter=delimiter)
    header: list[str] | None = None
    number = 0
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            number += 1
            yield number, f"is not valid CSV ({error})"
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
