"""Reading the one text that the command line is given, with errors a person can act on."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
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
