"""Parquet output: parts are Arrow files, which become one Parquet file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


def _records(*numbers: str, strings: Sequence[str]) -> Any:
    return pa.list_(pa.struct([*((n, pa.string()) for n in strings), *((n, pa.float64()) for n in numbers)]))


_TYPES = {
    "row": pa.int64(),
    "risk": pa.float64(),
    "tactics": _records("probability", strings=("tactic", "quote")),
    "facts": _records(strings=("kind", "quote", "value")),
    "reasons": _records("weight", strings=("quote",)),
}
"""Column -> type; the others hold strings."""


def _schema(names: Sequence[str]) -> Any:
    return pa.schema([(name, _TYPES.get(name, pa.string())) for name in names])


def encode(rows: Sequence[Mapping[str, Any]], names: Sequence[str]) -> bytes:
    """The bytes of a part with the columns ``names``."""
    table = pa.Table.from_pylist(list(rows), schema=_schema(names))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def assemble(parts: Sequence[Path], target: Path, names: Sequence[str]) -> None:
    """Write ``target`` from its parts, one part in memory at a time."""
    with pq.ParquetWriter(target, _schema(names), compression="zstd") as writer:
        for part in parts:
            with pa.ipc.open_file(part) as reader:
                writer.write_table(reader.read_all())
