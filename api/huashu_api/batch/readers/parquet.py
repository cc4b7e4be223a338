"""Parquet, of which only the columns in use are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from huashu_api.batch.columns import NAMES, NONE, Columns, check_kept, choose
from huashu_api.batch.files import STDIN, File
from huashu_api.batch.readers.rows import row_records
from huashu_api.batch.records import Options, Record

BATCH_ROWS = 1024
"""So many rows are held at a time."""


def parquet_records(
    file: File, raw: IO[bytes], options: Options, on_columns: Callable[[Columns], None]
) -> Iterator[Record]:
    """As :func:`huashu_api.batch.readers.rows.row_records`; the schema decides on the columns."""
    if file.name == STDIN or file.compression:
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
    batches = table.iter_batches(batch_size=BATCH_ROWS, columns=list(used))
    rows = enumerate((row for batch in batches for row in batch.to_pylist()), 1)
    yield from row_records(file.name, rows, replace(options, columns=chosen), on_columns)
