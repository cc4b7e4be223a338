"""A file that was sent: its items read and judged, each in its place."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from huashu import InputError, Source
from huashu.reading.dialogue import pieces_of
from huashu_api.ingest import DAMAGED, Item, Note, ReadOptions, read_stream
from huashu_api.ingest.opening import buffered
from huashu_api.service.judge import Answered, Asked, Judge
from huashu_api.service.problems import Problem, ServiceError, details

LATE = "the time for one request was over; send the items from here on in a file of their own"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file called ``name`` and how it is to be read and judged: with ``evidence`` or without; it may hold ``items``
    texts and calls, each of ``characters``; after ``seconds`` no more of them are judged."""

    name: str
    data: bytes
    options: ReadOptions
    evidence: bool
    items: int
    characters: int
    seconds: float


class JudgedItem(NamedTuple):
    """An item, and its answer or what is wrong with it."""

    item: Item
    outcome: Answered | Problem


class JudgedFile(NamedTuple):
    """How a file was read, and its items in their order."""

    notes: Sequence[str]
    items: Sequence[JudgedItem]


def judged_file(judge: Judge, upload: Upload, kinds: Sequence[str] | None) -> JudgedFile:
    """The items of a file and their answers, with what may be kept of them where ``kinds`` of personal data are to be
    masked. What cannot be read or judged has its problem in its place. ServiceError 413 for too many items."""
    until = time.monotonic() + upload.seconds
    notes: list[Note] = []
    judged: list[JudgedItem] = []
    for item in _items(upload, notes):
        if len(judged) == upload.items:
            raise ServiceError(
                413, f"the file has more than {upload.items:,} items: split it, or read it with `huashu score`"
            )
        judged.append(JudgedItem(item, _outcome(judge, item, upload, kinds, until)))
    return JudgedFile([str(note) for note in notes], judged)


def _items(upload: Upload, notes: list[Note]) -> Iterator[Item]:
    last = 0
    try:
        for item in read_stream(upload.name, buffered(io.BytesIO(upload.data)), upload.options, notes.append):
            last = item.row + item.rows - 1
            yield item
    except (OSError, EOFError):
        yield Item(upload.name, last + 1, None, None, DAMAGED, damaged=True)


def _outcome(judge: Judge, item: Item, upload: Upload, kinds: Sequence[str] | None, until: float) -> Answered | Problem:
    if item.source is None:
        return details(422, item.problem)
    length = _length(item.source)
    if length > upload.characters:
        return details(413, f"there are {length:,} characters; the limit here is {upload.characters:,}")
    if time.monotonic() > until:
        return details(503, LATE)
    (outcome,) = judge.answers([Asked(item.source, upload.evidence)], kinds)
    return details(422, str(outcome)) if isinstance(outcome, InputError) else outcome


def _length(source: Source) -> int:
    return sum(map(len, pieces_of(source)))
