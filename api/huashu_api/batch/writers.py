"""Output formats. A part holds the rows of one chunk; parts put together in order make the file."""

from __future__ import annotations

import csv
import io
import json
import shutil
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from huashu import InputError
from huashu_api.batch import flat
from huashu_api.batch.options import Options
from huashu_api.batch.rows import NAMES

FORMATS = (".csv", ".xlsx", ".jsonl", ".parquet")
_FORMULA = "=+-@"
_PASSED_OVER = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
"""Categories of what one or another spreadsheet strips from the beginning of a cell."""

Row = Mapping[str, Any]


def format_of(output: Path) -> str:
    """The output's format by its name; InputError when there is none such."""
    if output.suffix.lower() not in FORMATS:
        raise InputError(f"{output}: the output's name has to end in {', '.join(FORMATS)}")
    return output.suffix.lower()


def columns(options: Options, kind: str) -> list[str]:
    """Names of the output's columns; InputError when a kept column has the name of another."""
    if kind in (".csv", ".xlsx"):
        names = flat.names(options.text, options.keep)
    else:
        more = flat.names("none", ()) if kind == ".parquet" else ()
        text = ["text"] if options.text != "none" else []
        names = [*NAMES, *(name for name in more if name not in NAMES), *text, *options.keep]
    doubled = next((name for name in names if names.count(name) > 1), None)
    if doubled:
        raise InputError(
            f"the output has a column {doubled!r} already; leave it out of --keep or rename it in the input"
        )
    return names


def headings(options: Options, kind: str) -> list[str]:
    """The columns as people read them."""
    return [flat.heading(name, _language(options, kind)) for name in columns(options, kind)]


def _language(options: Options, kind: str) -> str:
    """That of the labels: the one asked for; workbooks are read by people, in Chinese."""
    return options.labels or ("zh" if kind == ".xlsx" else "id")


def encode(rows: Sequence[Row], options: Options, kind: str) -> bytes:
    """The bytes of a part."""
    language, names = _language(options, kind), columns(options, kind)
    if kind == ".jsonl":
        return json_lines({name: row[name] for name in names} for row in (flat.labelled(row, language) for row in rows))
    cells = [flat.flat(row, options.keep, language) for row in rows]
    if kind == ".csv":
        return _csv([cell[name] for name in names] for cell in cells)
    if kind == ".xlsx":
        return json_lines([cell[name] for name in names] for cell in cells)
    from huashu_api.batch import parquet_parts  # noqa: PLC0415  (pyarrow: 30 MB in every worker)

    return parquet_parts.encode(
        [{**cell, **flat.labelled(row, language)} for row, cell in zip(rows, cells, strict=True)], names
    )


def json_lines(rows: Iterable[Any]) -> bytes:
    """``rows`` as JSON, one a line."""
    return "".join([json.dumps(row, ensure_ascii=False) + "\n" for row in rows]).encode("utf-8", "replace")


def safe_cell(value: Any) -> Any:
    """``value`` for a CSV cell: text that a spreadsheet would run stands behind an apostrophe."""
    return f"'{value}" if isinstance(value, str) and _runs(value) else value


def _runs(value: str) -> bool:
    """Whether a spreadsheet could take the text for a formula: it begins like one, after what may be stripped."""
    if value[:1] in ("\t", "\r"):
        return True
    first = next((char for char in value if unicodedata.category(char) not in _PASSED_OVER), "")
    return first != "" and unicodedata.normalize("NFKC", first)[0] in _FORMULA


def _csv(rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([safe_cell(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8", "replace")


def assemble(
    parts: Sequence[Path],
    rejects: Sequence[Path],
    target: Path,
    options: Options,
    kind: str,
    facts: Sequence[Sequence[Any]],
) -> None:
    """Write ``target`` from its parts, one part in memory at a time; a workbook has the ``rejects`` and the ``facts``
    of the run, a row each, on sheets of their own."""
    if kind == ".parquet":
        from huashu_api.batch import parquet_parts  # noqa: PLC0415  (as above)

        parquet_parts.assemble(parts, target, columns(options, kind))
    elif kind == ".xlsx":
        from huashu_api.batch import workbook  # noqa: PLC0415  (for workbooks only)

        workbook.assemble(parts, rejects, target, headings(options, kind), facts)
    else:
        with target.open("wb") as out:
            if kind == ".csv":  # the byte order mark tells spreadsheets that it is UTF-8
                out.write("\ufeff".encode() + _csv([headings(options, kind)]))
            concatenate(parts, out)


def concatenate(parts: Sequence[Path], out: io.BufferedWriter) -> None:
    """All parts, one after another."""
    for part in parts:
        with part.open("rb") as source:
            shutil.copyfileobj(source, out)
