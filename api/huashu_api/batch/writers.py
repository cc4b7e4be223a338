"""Output formats. A part holds the rows of one chunk; parts put together in order make the file."""

from __future__ import annotations

import csv
import io
import json
import shutil
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from huashu import InputError

COLUMNS = (
    "file", "row", "id", "action", "risk", "scheme", "register", "tactics", "facts", "reasons", "model_version",
)  # fmt: skip
FORMATS = (".csv", ".jsonl", ".parquet")
_FORMULA = "=+-@"
_PASSED_OVER = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
"""Categories of what one or another spreadsheet strips from the beginning of a cell."""

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


def json_lines(rows: Iterable[Row]) -> bytes:
    """``rows`` as JSON, an object a line."""
    return "".join([json.dumps(row, ensure_ascii=False) + "\n" for row in rows]).encode("utf-8", "replace")


def _jsonl(rows: Sequence[Row], names: Sequence[str]) -> bytes:
    return json_lines({name: row[name] for name in names} for row in rows)


def safe_cell(value: Any) -> Any:
    """``value`` for a CSV cell: nested values as JSON, and text that a spreadsheet would run behind an apostrophe."""
    if isinstance(value, list):
        value = json.dumps(value, ensure_ascii=False) if value else ""
    return f"'{value}" if isinstance(value, str) and _runs(value) else value


def _runs(value: str) -> bool:
    """Whether a spreadsheet could take the text for a formula: it begins like one, after what may be stripped."""
    if value[:1] in ("\t", "\r"):
        return True
    first = next((char for char in value if unicodedata.category(char) not in _PASSED_OVER), "")
    return first != "" and unicodedata.normalize("NFKC", first)[0] in _FORMULA


def _csv(rows: Sequence[Row], names: Sequence[str]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([safe_cell(row[name]) for name in names] for row in rows)
    return text.getvalue().encode("utf-8", "replace")


def _parquet_part(rows: Sequence[Row], names: Sequence[str]) -> bytes:
    from huashu_api.batch import parquet_parts  # noqa: PLC0415  (pyarrow: 30 MB in every worker)

    return parquet_parts.encode(rows, names)


_ENCODERS: dict[str, Callable[[Sequence[Row], Sequence[str]], bytes]] = {
    ".jsonl": _jsonl,
    ".csv": _csv,
    ".parquet": _parquet_part,
}


def assemble(parts: Sequence[Path], target: Path, names: Sequence[str], kind: str) -> None:
    """Write ``target`` from its parts, one part in memory at a time."""
    if kind == ".parquet":
        from huashu_api.batch import parquet_parts  # noqa: PLC0415  (as above)

        parquet_parts.assemble(parts, target, names)
        return
    with target.open("wb") as out:
        if kind == ".csv":  # the byte order mark tells spreadsheets that it is UTF-8
            out.write("\ufeff".encode() + _csv([dict(zip(names, names, strict=True))], names))
        concatenate(parts, out)


def concatenate(parts: Sequence[Path], out: io.BufferedWriter) -> None:
    """All parts, one after another."""
    for part in parts:
        with part.open("rb") as source:
            shutil.copyfileobj(source, out)
