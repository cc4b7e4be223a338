"""Parquet, of which only the columns in use are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from huashu import InputError
from huashu_api.ingest.items import Item, ReadOptions
from huashu_api.ingest.tables.columns import NAMES, SAMPLE, Columns, choose
from huashu_api.ingest.tables.rows import row_items

BATCH_ROWS, FEW = 1024, 64
"""So many rows are held at a time, packed and plain."""
MAX_CELL = 1 << 20
"""Bytes of a text in a table: more than can be judged."""


def parquet_items(
    file: str, raw: IO[bytes], options: ReadOptions, on_columns: Callable[[Columns], None]
) -> Iterator[Item]:
    """As :func:`huashu_api.ingest.tables.rows.row_items`; of the columns only those in use are read in full."""
    try:
        header = pq.ParquetFile(raw).schema_arrow.names
    except (pa.ArrowException, OSError):
        yield Item(file, 1, None, None, "is not a Parquet file, or damaged")
        return
    try:
        sample = [row for row in islice(_rows(raw, header), SAMPLE) if not isinstance(row, str)]
        columns = choose(header, options.columns_of(file), file, sample)
    except InputError as error:
        yield Item(file, 1, None, None, str(error).removeprefix(f"{file}: "))
        return
    names = header if options.whole else (*(getattr(columns, use) for use in NAMES), *columns.sides, *options.keep)
    used = dict.fromkeys(name for name in names if name in header)
    yield from row_items(file, enumerate(_rows(raw, list(used)), 1), options, on_columns)


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
