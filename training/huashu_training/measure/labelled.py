"""Labelled files, on which a finished model is measured."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huashu.errors import InputError
from huashu.labels import REGISTERS, SCHEMES, should_alert
from huashu.reading.dialogue import parse
from huashu_corpora.document import TacticMark, parse_document
from huashu_corpora.files import Rows, json_lines, parsed

FRAUD = "fraud"
"""The label of rows that are known to be fraud and no more, whatever the scheme."""
_OTHER = "other_fraud"
"""The scheme of frauds of no other kind."""


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """A row of a labelled file: ``label`` is a scheme id or ``fraud``; ``tactics`` are its marked moves, with raw-text
    offsets; ``line`` counts from 1; ``hand`` (who wrote it) and ``group`` (what it belongs with) may be empty."""

    text: str
    label: str
    register: str | None
    tactics: tuple[TacticMark, ...]
    line: int
    hand: str = ""
    group: str = ""

    @property
    def ought_to_alert(self) -> bool:
        return should_alert(self.label, self.register or "")


def read_labelled(path: Path, rows: Rows = json_lines) -> list[LabelledRow]:
    """The rows ``{"text", "label" or "scheme", "register"?, "tactics"?, "hand"?, "group"?}`` of a file. Other fields
    are left out.

    Raises InputError naming file and line for an unreadable or empty file, invalid JSON, a missing or unknown label,
    a move that is unknown or not in its text, or a text that cannot be judged.
    """
    labelled = [LabelledRow(line=number, **fields) for number, fields in parsed(path, rows, _fields)]
    if not labelled:
        raise InputError(f"{path}: holds no rows; there is nothing to measure on")
    return labelled


def _fields(row: Any) -> dict[str, Any]:
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise InputError("needs an object with a string 'text'")
    text, register = row["text"], row.get("register") or None
    parse(text)
    label = row.get("scheme") if row.get("label") is None else row["label"]
    known = f"known are {FRAUD}, {', '.join(SCHEMES.ids)}"
    if label is None:
        raise InputError(f"needs a 'label' or a 'scheme'; {known}")
    if label != FRAUD and label not in SCHEMES.ids:
        raise InputError(f"unknown label {label!r}; {known}")
    if register is not None and register not in REGISTERS.ids:
        raise InputError(f"unknown register {register!r}; known are {', '.join(REGISTERS.ids)}")
    return {
        "text": text,
        "label": label,
        "register": register,
        "tactics": _marks(text, label, row.get("tactics")),
        "hand": str(row.get("hand") or ""),
        "group": str(row.get("group") or ""),
    }


def _marks(text: str, label: str, tactics: Any) -> tuple[TacticMark, ...]:
    """The moves of a row, read as those of a document: the same rules and errors."""
    if tactics is None:
        return ()
    scheme = _OTHER if label == FRAUD else label
    row = {"id": "row", "text": text, "scheme": scheme, "register": REGISTERS.ids[0], "tactics": tactics}
    return parse_document(row).tactics
