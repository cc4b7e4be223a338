"""Text files: a text a line, or one text."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import TypeVar

from huashu.reading.dialogue import MAX_CHARACTERS
from huashu_api.batch.files import File
from huashu_api.batch.records import Record

MAX_LINE = 32 << 20
"""Longest line in bytes, or characters; a longer one is rejected without being held in memory."""
_TOO_LONG = f"the line is longer than {MAX_LINE >> 20} MB"
_FEEDS = ("\n", 10)
"""The last of a line of characters and of bytes."""
Line = TypeVar("Line", str, bytes)


def text_lines(stream: io.BufferedReader, encoding: str) -> Iterator[tuple[int, str, str]]:
    """``(number, line, problem)`` of every line, from 1; the line is empty where there is a problem. A line of another
    encoding than its file is tried in that too."""
    if encoding == "utf-16":
        text = io.TextIOWrapper(stream, encoding, errors="surrogateescape")
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


def line_records(file: File, stream: io.BufferedReader, encoding: str) -> Iterator[Record]:
    """A record a line."""
    for number, line, problem in text_lines(stream, encoding):
        yield Record(file.name, number, None, None if problem else line, problem)


def whole_record(file: File, stream: io.BufferedReader, encoding: str) -> Iterator[Record]:
    """The file as one record, which has its name for an id."""
    data = stream.read(4 * MAX_CHARACTERS + 4)
    name = file.name.rsplit("/", 1)[-1]
    if len(data) > 4 * MAX_CHARACTERS:
        yield Record(file.name, 1, name, None, f"the text has more than {MAX_CHARACTERS:,} characters: split it")
        return
    try:
        yield Record(file.name, 1, name, data.decode(encoding))
    except UnicodeDecodeError as error:
        yield Record(file.name, 1, name, None, f"is neither UTF-8 nor GB18030 (byte {error.start})")
