"""Reading what the command line is given: one text, or a file of many rows, with errors a person can act on."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huashu import InputError

Source = str | Sequence[Mapping[str, Any]]


def decode(data: bytes, name: str) -> str:
    """UTF-8 text (a byte order mark is dropped); InputError naming the offending byte and the cure."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name}: is not UTF-8 (byte {error.start}); convert it first, for example: iconv -f GB18030 -t UTF-8"
        ) from None


def read_bytes(path: Path | None) -> bytes:
    """The bytes of a file, or of standard input for None; InputError when it cannot be read."""
    if path is None:
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the path") from None


def parse_source(text: str) -> Source:
    """A dialogue when ``text`` is the JSON of a call-centre quality system, otherwise the text itself.

    Recognised are ``{"dialogue": [...]}`` and a bare list of ``{"role", "words"}`` objects.
    """
    if text.lstrip()[:1] in ("{", "["):
        try:
            data = json.loads(text)
        except ValueError:
            return text
        turns = data.get("dialogue") if isinstance(data, dict) else data
        if isinstance(turns, list) and turns and all(isinstance(turn, dict) and "words" in turn for turn in turns):
            return turns
    return text


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an input file: its number (from 1), its id if it has one, and its text or the reason it has none."""

    number: int
    id: str | None
    source: Source | None
    problem: str = ""


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a ``.jsonl`` file (``text`` or ``dialogue``, optional ``id``) or of a text file (a line a row).

    Blank lines are skipped. A row that cannot be used is yielded with its ``problem``; only an unreadable file raises.
    """
    parse = _json_row if path.suffix in (".jsonl", ".ndjson") else _text_row
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    try:
                        yield parse(number, decode(line, f"line {number}").rstrip("\r\n"))
                    except InputError as error:
                        yield Row(number, None, None, str(error))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the path") from None


def _text_row(number: int, line: str) -> Row:
    return Row(number, None, line)


def _json_row(number: int, line: str) -> Row:
    try:
        data = json.loads(line)
    except ValueError as error:
        raise InputError(f"is not valid JSON ({error})") from None
    if not isinstance(data, dict):
        raise InputError("is not a JSON object")
    row_id = None if data.get("id") is None else str(data["id"])
    source = data.get("dialogue", data.get("text"))
    if not isinstance(source, str | list):
        return Row(number, row_id, None, "has no 'text' (string) and no 'dialogue' (list of turns)")
    return Row(number, row_id, source)
