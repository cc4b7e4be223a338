"""Output formats. A part holds the rows of one chunk; parts put together in order make the file."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from huashu import InputError

COLUMNS = (
    "file", "row", "id", "action", "risk", "scheme", "register", "tactics", "facts", "reasons", "model_version",
)  # fmt: skip
FORMATS = (".csv", ".jsonl", ".parquet")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = dict[str, Any]


def columns(text: str, keep: Sequence[str]) -> list[str]:
    """Names of the output's columns; InputError when a kept column has the name of another."""
    names = [*COLUMNS, *(["text"] if text != "none" else []), *keep]
    doubled = next((name for name in names if names.count(name) > 1), None)
    if doubled:
        raise InputError(
            f"the output has a column {doubled!r} already; leave it out of --keep or rename it in the input"
        )
    return names


def format_of(output: Path) -> str:
    """The output's format by its name; InputError when there is none such."""
    if output.suffix.lower() not in FORMATS:
        raise InputError(f"{output}: the output's name has to end in {', '.join(FORMATS)}")
    return output.suffix.lower()


def encode(rows: Sequence[Row], names: Sequence[str], kind: str) -> bytes:
    """The bytes of a part."""
    return _ENCODERS[kind](rows, names)


def _jsonl(rows: Sequence[Row], names: Sequence[str]) -> bytes:
    ordered = ({name: row[name] for name in names} for row in rows)
    return "".join([json.dumps(row, ensure_ascii=False) + "\n" for row in ordered]).encode("utf-8", "replace")


def safe_cell(value: Any) -> Any:
    """``value`` for a CSV cell: nested values as JSON, and text that a spreadsheet would run behind an apostrophe."""
    if isinstance(value, list):
        value = json.dumps(value, ensure_ascii=False) if value else ""
    return f"'{value}" if isinstance(value, str) and value.lstrip(" \n").startswith(_FORMULA) else value


def _csv(rows: Sequence[Row], names: Sequence[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([safe_cell(row[name]) for name in names] for row in rows)
    return text.getvalue().encode("utf-8", "replace")


def _schema(names: Sequence[str]) -> Any:
    import pyarrow as pa

    def records(*numbers: str, strings: Sequence[str]) -> Any:
        return pa.list_(pa.struct([*((n, pa.string()) for n in strings), *((n, pa.float64()) for n in numbers)]))

    types = {
        "row": pa.int64(),
        "risk": pa.float64(),
        "tactics": records("probability", strings=("tactic", "quote")),
        "facts": records(strings=("kind", "quote", "value")),
        "reasons": records("weight", strings=("quote",)),
    }
    return pa.schema([(name, types.get(name, pa.string())) for name in names])


def _arrow(rows: Sequence[Row], names: Sequence[str]) -> bytes:
    import pyarrow as pa

    table = pa.Table.from_pylist(list(rows), schema=_schema(names))
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


_ENCODERS: dict[str, Callable[[Sequence[Row], Sequence[str]], bytes]] = {
    ".jsonl": _jsonl,
    ".csv": _csv,
    ".parquet": _arrow,
}


def assemble(parts: Sequence[Path], target: Path, names: Sequence[str], kind: str) -> None:
    """Write ``target`` from its parts, one part in memory at a time."""
    if kind == ".parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        with pq.ParquetWriter(target, _schema(names), compression="zstd") as writer:
            for part in parts:
                with pa.ipc.open_file(part) as reader:
                    writer.write_table(reader.read_all())
        return
    with target.open("wb") as out:
        if kind == ".csv":  # the byte order mark tells spreadsheets that it is UTF-8
            out.write(("\ufeff" + ",".join(safe_header(names)) + "\r\n").encode())
        concatenate(parts, out)


def safe_header(names: Sequence[str]) -> list[str]:
    """Column names as CSV cells."""
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="").writerow([safe_cell(name) for name in names])
    return [text.getvalue()]


def concatenate(parts: Sequence[Path], out: io.BufferedWriter) -> None:
    """All parts, one after another."""
    for part in parts:
        with part.open("rb") as source:
            shutil.copyfileobj(source, out)
