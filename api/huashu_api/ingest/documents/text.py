"""One text: a plain file, or what a letter or page comes to."""

from __future__ import annotations

import io
from dataclasses import replace

from huashu import Source
from huashu.reading.dialogue import MAX_CHARACTERS
from huashu_api.ingest.calls.json_calls import call_in
from huashu_api.ingest.calls.paths import loads
from huashu_api.ingest.calls.transcripts import turns_in
from huashu_api.ingest.calls.turns import Call
from huashu_api.ingest.items import Item

MAX_BYTES = 16 * MAX_CHARACTERS
"""Of a file that is one text: times and marks of a transcript take more room than its words."""


def whole_text(stream: io.BufferedReader, encoding: str) -> tuple[str | None, str]:
    """The text of a file; or None and the reason."""
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        return None, f"the file is too large to be one text; the limit is {MAX_CHARACTERS:,} characters: split it"
    try:
        return data.decode(encoding), ""
    except UnicodeDecodeError as error:
        return None, f"is neither UTF-8 nor GB18030 (byte {error.start})"


def text_item(file: str, text: str | None, problem: str = "") -> Item:
    """A text of a file as one item, which has the file's name for an id: its turns where it is a transcript, or the
    call that stands in it as JSON."""
    item = Item(file, 1, file.rsplit("/", 1)[-1], None, problem)
    if text is None:
        return item
    if not text.strip():
        return replace(item, problem="the text is empty: there is nothing to judge")
    call = _json_call(text) if text.lstrip()[:1] in ("{", "[") else None
    source: Source = call.turns if call else turns_in(text) or text
    size = len(source) if isinstance(source, str) else sum(len(turn["words"]) for turn in source)
    if size > MAX_CHARACTERS:
        return replace(item, problem=f"the text has {size:,} characters; the limit is {MAX_CHARACTERS:,}: split it")
    return replace(item, source=source)


def _json_call(text: str) -> Call | None:
    try:
        return call_in(loads(text))
    except ValueError:
        return None  # a text in brackets
