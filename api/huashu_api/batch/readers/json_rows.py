"""JSON Lines, and JSON files of tickets."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

from huashu_api.batch.readers.lines import text_lines
from huashu_api.batch.readers.rows import Row

MAX_JSON = 32 << 20
"""Largest .json file in bytes: unlike JSON Lines it has to be read as a whole."""


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
        yield number, _object_or_problem(row)


def json_rows(stream: io.BufferedReader, encoding: str) -> Iterator[Row]:
    """The tickets of a list, of an object that holds one, or a single ticket or dialogue."""
    data = stream.read(MAX_JSON + 1)
    if len(data) > MAX_JSON:
        yield 1, f"the file is larger than {MAX_JSON >> 20} MB; convert it to JSON Lines"
        return
    try:
        content = json.loads(data.decode(encoding))
    except (ValueError, RecursionError) as error:
        yield 1, _invalid(error)
        return
    tickets = _tickets(content)
    if not tickets:
        yield 1, "holds no tickets: a list of objects is needed"
    for number, row in enumerate(tickets, 1):
        yield number, _object_or_problem(row)


def _tickets(content: Any) -> list[Any]:
    """Where the tickets are; a list of turns, or an object with one or with a text, is a single ticket."""
    if isinstance(content, list):
        is_dialogue = bool(content) and all(isinstance(turn, dict) and "words" in turn for turn in content)
        return [{"dialogue": content}] if is_dialogue else content
    if not isinstance(content, dict):
        return []
    if "dialogue" in content or "text" in content:
        return [content]
    lists = [value for key, value in content.items() if isinstance(value, list) and key != "turns"]
    tickets = [some for some in lists if some and all(isinstance(row, dict) and "words" not in row for row in some)]
    return tickets[0] if len(tickets) == 1 else [content]


def _object_or_problem(row: Any) -> dict[str, Any] | str:
    return row if isinstance(row, dict) and row else "is not a JSON object"


def _invalid(error: Exception) -> str:
    what = f"{error.msg}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "too deep or too large"
    return f"is not valid JSON ({what})"
