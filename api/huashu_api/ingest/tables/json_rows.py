"""JSON and JSON Lines: calls, or rows with columns."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from huashu_api.ingest.calls.json_calls import call_in, told
from huashu_api.ingest.calls.shapes import SIDE
from huashu_api.ingest.calls.turns import Call, keys_of
from huashu_api.ingest.documents.lines import text_lines
from huashu_api.ingest.tables.columns import guess
from huashu_api.ingest.tables.rows import Row

MAX_JSON = 32 << 20
"""Largest .json file in bytes: unlike JSON Lines it has to be read as a whole."""
_DEPTH, _LOOKED_AT = 5, 5
INVALID = "is not valid JSON"


def json_line_rows(stream: io.BufferedReader, encoding: str) -> Iterator[Row]:
    """An object a line."""
    for number, line, problem in text_lines(stream, encoding):
        if problem:
            yield number, problem
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield number, _invalid(error)
            continue
        if isinstance(row, list) and call_in(row):
            row = {"turns": row}
        yield number, _object_or_problem(row)


def json_content(data: bytes, encoding: str) -> Call | list[Row] | str:
    """What the bytes of a JSON file hold: one call, rows, or why neither."""
    if len(data) > MAX_JSON:
        return f"the file is larger than {MAX_JSON >> 20} MB; convert it to JSON Lines"
    try:
        content = json.loads(data.decode(encoding.removesuffix("-sig")).lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        return _invalid(error)
    if isinstance(content, dict) and (calls := _by_id(content)):
        return calls
    if not (isinstance(content, list) and _is_table(content)):
        call = call_in(content)
        if call:
            return call if call.id is not None else replace(call, id=_id_of(content))
    rows = _rows(content)
    if rows is None:
        return f"is JSON of no known form; {told(content)}"
    return [(number, _object_or_problem(row)) for number, row in enumerate(rows, 1)]


def _by_id(content: Mapping[str, Any]) -> list[Row] | None:
    """Rows of an object that holds several calls, each under its id."""
    lists = {str(key): value for key, value in content.items() if isinstance(value, list)}
    if len(lists) < 2 or len(lists) < len(content) or any(SIDE.fullmatch(key) for key in lists):
        return None
    if not all(keys_of(listed) for listed in lists.values()):
        return None
    return [(number, {"id": key, "turns": listed}) for number, (key, listed) in enumerate(lists.items(), 1)]


def _id_of(content: Any) -> str | None:
    """The id of a call that stands beside its turns."""
    key = guess([str(key) for key in content], "id") if isinstance(content, dict) else None
    found = content.get(key) if key else None
    return str(found) if isinstance(found, str | int) else None


def _is_table(content: Sequence[Any]) -> bool:
    """Whether a list is of rows and not of one call's turns: it has a column of ids, of which some come back."""
    objects = [row for row in content[:200] if isinstance(row, dict)]
    header = list(dict.fromkeys(str(key) for row in objects for key in row))
    key = guess(header, "id")
    ids = [str(row.get(key)) for row in objects]
    if key is None or len(set(ids)) < 2:
        return False
    has_speakers = guess(header, "role") is not None
    has_times = guess(header, "begin") is not None and guess(header, "end") is not None
    return len(set(ids)) < len(ids) or not (has_speakers or has_times)


def _rows(content: Any) -> Sequence[Any] | None:
    """The rows: a list of objects or of texts, one that stands inside an object, or a single object with a text."""
    level = [content]
    for _ in range(_DEPTH):
        for one in level:
            if isinstance(one, list) and any(_is_row(row) for row in one[:_LOOKED_AT]):
                return one
            if isinstance(one, dict) and guess([str(key) for key in one], "text") and _has_text(one):
                return [one]
        level = [value for one in level if isinstance(one, dict) for value in one.values()]
    return content if isinstance(content, list) and content and isinstance(content[0], dict) else None


def _is_row(row: Any) -> bool:
    if isinstance(row, str):
        return len(row) > 1
    return isinstance(row, dict) and (_has_text(row) or call_in(row) is not None)


def _has_text(row: Mapping[str, Any]) -> bool:
    name = guess([str(key) for key in row], "text")
    return name is not None and isinstance(row.get(name), str | list) and bool(row[name])


def _object_or_problem(row: Any) -> dict[str, Any] | str:
    if isinstance(row, str) and row.strip():
        return {"text": row}
    return row if isinstance(row, dict) and row else "is not a JSON object"


def _invalid(error: Exception) -> str:
    what = f"{error.msg}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "too deep or too large"
    return f"{INVALID} ({what})"
