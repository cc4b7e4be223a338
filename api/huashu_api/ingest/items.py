"""What reading gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from huashu import Source


@dataclass(frozen=True, slots=True)
class Item:
    """One text or call of an input, or the reason why there is none.

    ``file`` is the input's name, with the names inside an archive or mailbox behind it (``七月.zip/工单.xlsx``);
    ``sheet`` that of a workbook's sheet; ``row`` counts from 1 in it and is the first of the ``rows`` input rows that
    the item is made of (the turns of a call). ``case`` counts the cases of a ticket from 1 (0: it is not split) and
    ``start`` is where this one begins in it, in characters. ``facets`` are the day, agent and channel that its row
    tells. ``kept`` holds the columns that the user wants to see again; ``damaged`` says that the rest of the file could
    not be read.
    """

    file: str
    row: int
    id: str | None
    source: Source | None
    problem: str = ""
    rows: int = 1
    kept: Mapping[str, Any] = field(default_factory=dict)
    damaged: bool = False
    sheet: str | None = None
    case: int = 0
    start: int = 0
    facets: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Note:
    """How a file, or a sheet of it, was read, for the user to see: its ``encoding`` (empty where it has none of its
    own), and as what: its ``form``, and what its columns were taken for."""

    file: str
    encoding: str
    form: str

    def __str__(self) -> str:
        return f"{self.file}: {', '.join(part for part in (self.encoding, self.form) if part)}"


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read.

    ``columns`` maps ``text``, ``id``, ``role`` and ``begin`` to column names that the user gave, ``by_file`` a file's
    name to such a mapping that goes before; ``keep`` are columns whose values come along, as text,
    ``whole`` whether all do, as they are; ``lines`` whether a plain text file holds a text a line (None: standard input
    does, files are one text); ``split`` whether tickets that hold several cases become one item a case.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    by_file: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    keep: tuple[str, ...] = ()
    whole: bool = False
    lines: bool | None = None
    split: bool = False

    def columns_of(self, file: str) -> dict[str, str]:
        """The columns that the user gave for ``file``, by its whole name or the last part of it."""
        return {**self.columns, **self.by_file.get(file.rsplit("/", 1)[-1], {}), **self.by_file.get(file, {})}
