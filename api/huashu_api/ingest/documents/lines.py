"""Text files with a text a line."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import TypeVar

from huashu_api.ingest.items import Item

MAX_LINE = 32 << 20
"""Longest line in bytes, or characters; a longer one is rejected without being held in memory."""
_TOO_LONG = f"the line is longer than {MAX_LINE >> 20} MB"
_FEEDS = ("\n", 10)
"""The last of a line of characters and of bytes."""
Line = TypeVar("Line", str, bytes)


def text_lines(stream: io.BufferedReader, encoding: str) -> Iterator[tuple[int, str, str]]:
    """``(number, line, problem)`` of every line, from 1; the line is empty where there is a problem. A line of another
    encoding than its file is tried in that too."""
    if encoding.startswith("utf-16"):
        text = io.TextIOWrapper(stream, encoding, errors="replace")
        for number, decoded in enumerate(bounded(text.readline), 1):
            problem = _TOO_LONG if decoded is None else "" if decoded.strip() else "the line is empty"
            yield number, decoded or "", problem
        return
    for number, line in enumerate(bounded(stream.readline), 1):
        if line is None:
            yield number, "", _TOO_LONG
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        for code in dict.fromkeys((encoding.removesuffix("-sig"), "utf-8", "gb18030")):
            try:
                decoded = line.decode(code)
            except UnicodeDecodeError:
                continue
            yield number, decoded, "" if decoded.strip() else "the line is empty"
            break
        else:
            yield number, "", "is neither UTF-8 nor GB18030"


def bounded(readline: Callable[[int], Line], keep_ends: bool = False) -> Iterator[Line | None]:
    """Lines without their ends, unless ``keep_ends``; None for one longer than ``MAX_LINE``, which is passed over
    without being held."""
    while line := readline(MAX_LINE):
        if len(line) == MAX_LINE and line[-1] not in _FEEDS:
            while (rest := readline(MAX_LINE)) and rest[-1] not in _FEEDS:
                pass
            yield None
        elif keep_ends:
            yield line
        else:
            yield line.rstrip("\r\n") if isinstance(line, str) else line.rstrip(b"\r\n")


def line_items(file: str, stream: io.BufferedReader, encoding: str) -> Iterator[Item]:
    """An item a line."""
    for number, line, problem in text_lines(stream, encoding):
        yield Item(file, number, None, None if problem else line, problem)
