"""The records of a file, whatever its format."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from typing import IO

from huashu_api.batch.columns import Columns
from huashu_api.batch.files import File, encoding_of, open_bytes, peek
from huashu_api.batch.readers.json_rows import json_line_rows, json_rows
from huashu_api.batch.readers.lines import line_records, whole_record
from huashu_api.batch.readers.rows import Row, row_records
from huashu_api.batch.readers.tables import csv_rows, tsv_rows
from huashu_api.batch.records import Note, Options, Record

DAMAGED = "the file cannot be read from here on"
EVERY = 256
"""So many records lie between two looks at the place in the file."""

_ROWS: Mapping[str, Callable[[io.BufferedReader, str], Iterator[Row]]] = {
    "csv": csv_rows,
    "tsv": tsv_rows,
    "jsonl": json_line_rows,
    "json": json_rows,
}
"""Format -> what reads rows from a stream in an encoding."""


def read(
    file: File,
    options: Options,
    on_note: Callable[[Note], None] = lambda note: None,
    on_place: Callable[[int], None] = lambda place: None,
) -> Iterator[Record]:
    """The records of ``file``. Only a table without the asked-for columns raises (InputError); a damaged file ends in
    a record that says so.

    ``on_note`` is told once how the file is read, ``on_place`` now and then how many of its raw bytes have been.
    """
    last = 0
    try:
        with open_bytes(file) as (stream, raw):
            for count, record in enumerate(_records(file, stream, raw, options, on_note)):
                last = record.row + record.rows - 1
                yield record
                if count % EVERY == 0 and file.size:
                    on_place(raw.tell())
    except (OSError, EOFError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "its data is damaged or cut off"
        yield Record(file.name, last + 1, None, None, f"{DAMAGED} ({why})", damaged=True)


def _records(
    file: File, stream: io.BufferedReader, raw: IO[bytes], options: Options, on_note: Callable[[Note], None]
) -> Iterator[Record]:
    def note_columns(columns: Columns) -> None:
        on_note(Note(file.name, shown, columns.describe()))

    if file.format == "parquet":
        from huashu_api.batch.readers.parquet import parquet_records  # noqa: PLC0415  (pyarrow: 30 MB)

        shown = "Parquet"
        yield from parquet_records(file, raw, options, note_columns)
        return
    encoding = encoding_of(stream)
    if encoding is None:
        yield Record(file.name, 1, None, None, "the file holds binary data, not text")
        return
    if not peek(stream):
        yield Record(file.name, 1, None, None, "the file is empty")
        return
    shown = encoding.removesuffix("-sig")
    kind = _stdin_format(stream) if file.format == "stdin" else file.format
    if kind == "txt":
        on_note(Note(file.name, shown, "one text" if file.whole else "a text a line"))
        yield from (whole_record if file.whole else line_records)(file, stream, encoding)
    else:
        yield from row_records(file.name, _ROWS[kind](stream, encoding), options, note_columns)


def _stdin_format(stream: io.BufferedReader) -> str:
    """Standard input has no name to go by: JSON Lines begin with a brace."""
    return "jsonl" if peek(stream).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" else "txt"
