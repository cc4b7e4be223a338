"""One text: a plain file, or what a letter or page comes to."""

from __future__ import annotations

import io

from huashu import Source
from huashu.reading.dialogue import MAX_CHARACTERS
from huashu_api.ingest.calls.transcripts import turns_in
from huashu_api.ingest.items import Item

MAX_BYTES = 16 * MAX_CHARACTERS
"""Of a file that is one text: times and marks of a transcript take more room than its words."""


def whole_item(file: str, stream: io.BufferedReader, encoding: str) -> Item:
    """The file as one item, which has its name for an id."""
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        return text_item(file, None, _too_long(file))
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        return text_item(file, None, f"is neither UTF-8 nor GB18030 (byte {error.start})")
    return text_item(file, text)


def text_item(file: str, text: str | None, problem: str = "") -> Item:
    """A text of a file as one item: its turns where it is a transcript."""
    name = file.rsplit("/", 1)[-1]
    if text is None:
        return Item(file, 1, name, None, problem)
    if not text.strip():
        return Item(file, 1, name, None, "the file holds no text")
    source: Source = turns_in(text) or text
    size = len(source) if isinstance(source, str) else sum(len(turn["words"]) for turn in source)
    if size > MAX_CHARACTERS:
        return Item(file, 1, name, None, _too_long(file))
    return Item(file, 1, name, source)


def _too_long(file: str) -> str:
    hint = ", or read it by lines" if file.lower().endswith((".txt", ".log", ".md")) else ""
    return f"the text has more than {MAX_CHARACTERS:,} characters: split it{hint}"
