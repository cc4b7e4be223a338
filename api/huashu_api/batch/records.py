"""What passes between reading and scoring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from huashu import Source


@dataclass(frozen=True, slots=True)
class Record:
    """One text or call of an input, or the reason why there is none.

    ``row`` counts from 1 in its file and is the first of the ``rows`` input rows that the record is made of (the
    turns of a call); ``kept`` holds the values of the columns that the user wants in the output; ``damaged`` says that
    the rest of its file could not be read.
    """

    file: str
    row: int
    id: str | None
    source: Source | None
    problem: str = ""
    rows: int = 1
    kept: Mapping[str, str | None] = field(default_factory=dict)
    damaged: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """How a file was read, for the user to see: its ``encoding``, and what its ``columns`` were taken for."""

    file: str
    encoding: str
    columns: str


@dataclass(frozen=True, slots=True)
class Options:
    """How to read and what to write; what of it changes the output is part of the journal's plan.

    ``columns`` maps ``text``, ``id``, ``role`` and ``begin`` to column names that the user gave; ``keep`` are input
    columns for the output; ``evidence`` is ``all``, ``flagged`` or ``none``; ``text`` is ``none``, ``masked`` or
    ``raw``; ``point`` names one of the model's operating points (None: its default).
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    keep: tuple[str, ...] = ()
    evidence: str = "flagged"
    text: str = "none"
    whole_files: bool | None = None
    point: str | None = None
