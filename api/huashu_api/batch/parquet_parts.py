"""Parquet output: parts are Arrow files, which become one Parquet file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq


def _records(strings: str, integers: str = "", numbers: str = "") -> Any:
    kinds = ((strings, pa.string()), (integers, pa.int64()), (numbers, pa.float64()))
    return pa.list_(pa.struct([(name, kind) for names, kind in kinds for name in names.split()]))


_TYPES = {
    "row": pa.int64(),
    "case": pa.int64(),
    "start": pa.int64(),
    "risk": pa.float64(),
    "tactics": _records("tactic quote role", "start end turn", "probability"),
    "facts": _records("kind quote value role", "start end turn"),
    "reasons": _records("kind quote", "start end turn", "weight"),
    "stages": pa.list_(pa.string()),
    "deciding": pa.struct([(name, pa.int64()) for name in ("start", "end", "turn", "last_turn", "of")]),
    "notes": pa.list_(pa.string()),
    "turns": _records("role words", "begin end"),
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
