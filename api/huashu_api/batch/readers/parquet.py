"""Parquet, of which only the columns in use are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from huashu_api.batch.columns import NAMES, NONE, Columns, check_kept, choose
from huashu_api.batch.files import STDIN, File
from huashu_api.batch.readers.rows import row_records
from huashu_api.batch.records import Options, Record

BATCH_ROWS, FEW = 1024, 64
"""So many rows are held at a time, packed and plain."""
MAX_CELL = 1 << 20
"""Bytes of a text in a table: more than can be judged."""


def parquet_records(
    file: File, raw: IO[bytes], options: Options, on_columns: Callable[[Columns], None]
) -> Iterator[Record]:
    """As :func:`huashu_api.batch.readers.rows.row_records`; the schema decides on the columns."""
    if file.path == STDIN or file.compression:
        yield Record(file.name, 1, None, None, "Parquet has to be a plain file")
        return
    try:
        table = pq.ParquetFile(raw)
    except pa.ArrowException:
        yield Record(file.name, 1, None, None, "is not a Parquet file")
        return
    header = table.schema_arrow.names
    columns = choose(header, options.columns, file.name)
    check_kept(header, options.keep, file.name)
    chosen = {use: getattr(columns, use) or NONE for use in NAMES}
    used = dict.fromkeys(name for name in (*chosen.values(), *options.keep) if name in header)
    rows = enumerate(_rows(raw, list(used)), 1)
    yield from row_records(file.name, rows, replace(options, columns=chosen), on_columns)


def _rows(raw: IO[bytes], used: list[str]) -> Iterator[dict[str, Any] | str]:
    """The rows of the columns in use, or what is wrong with one. A few bytes of a file can stand for gigabytes of text
    that comes again and again: what repeats stays packed until it is known to be short."""
    raw.seek(0)
    packed = pq.ParquetFile(raw, read_dictionary=used)
    for batch in _batches(packed, used):
        long = _long_rows(batch)
        for first in range(0, batch.num_rows, FEW):
            few = batch.slice(first, FEW)
            if not long.intersection(range(first, first + FEW)):
                yield from _plain(few)
                continue
            for at in range(few.num_rows):
                is_long = first + at in long
                yield from [f"a cell has more than {MAX_CELL >> 20} MB"] if is_long else _plain(few.slice(at, 1))


def _batches(table: pq.ParquetFile, used: list[str]) -> Iterator[pa.RecordBatch]:
    try:
        yield from table.iter_batches(batch_size=BATCH_ROWS, columns=used)
    except pa.ArrowException:
        raise EOFError from None


def _long_rows(batch: pa.RecordBatch) -> set[int]:
    """Rows with a cell that is larger than ``MAX_CELL``."""
    long: set[int] = set()
    for column in batch.columns:
        if pa.types.is_dictionary(column.type):
            sizes = pc.take(pc.binary_length(pc.cast(column.dictionary, pa.large_binary())), column.indices)
            long.update(pc.indices_nonzero(pc.fill_null(pc.greater(sizes, MAX_CELL), False)).to_pylist())
    return long


def _plain(batch: pa.RecordBatch) -> list[dict[str, Any] | str]:
    try:
        return batch.to_pylist()  # type: ignore[no-any-return]
    except (ValueError, OverflowError, pa.ArrowException):
        if batch.num_rows > 1:
            return [row for at in range(batch.num_rows) for row in _plain(batch.slice(at, 1))]
        return ["has a value that cannot be read: a date out of range, or text that is no UTF-8"]
