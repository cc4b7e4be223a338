"""A labelled document and its validation. The label guide is ``corpora/GUIDE.md``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from huashu.errors import InputError
from huashu.labels import NONE, REGISTERS, SCHEMES, TACTICS, should_alert
from huashu.reading.dialogue import MAX_CHARACTERS, check_surrogates
from huashu.reading.normalise import normalise

ADVERSARIAL = "adversarial"
ORIGINS = ("written", ADVERSARIAL, "augmented", "imported")
"""How a document came to be: by hand; by hand in sight of a model's verdicts, and kept because it erred; by noise on
another; or from a public set."""

ORDINARY = "ordinary_"
"""How the kinds of ordinary texts begin (see :attr:`Document.is_ordinary`)."""

_FIELDS = frozenset({"id", "text", "scheme", "register", "tactics", "hand", "kind", "group", "origin"})


@dataclass(frozen=True, slots=True)
class TacticMark:
    """A move in a document: ``tactic`` id and raw-text offsets, ``0 <= start < end <= len(text)``."""

    tactic: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """One labelled text.

    ``hand`` names its writer, ``kind`` the sort of text, ``group`` what it must not be separated from in a split
    (its own id when it stands alone), ``origin`` one of ``ORIGINS``.
    """

    id: str
    text: str
    scheme: str
    register: str
    tactics: tuple[TacticMark, ...] = ()
    hand: str = ""
    kind: str = ""
    group: str = ""
    origin: str = "written"

    @property
    def ought_to_alert(self) -> bool:
        return should_alert(self.scheme, self.register)

    @property
    def is_ordinary(self) -> bool:
        """Whether it stands for the ordinary traffic of a desk: harmless, and not written because it resembles fraud.
        Its kind says so."""
        return self.scheme == NONE and self.kind.startswith(ORDINARY)


def _string(row: Mapping[str, Any], field: str, default: str | None = None) -> str:
    value = row.get(field, default)
    if not isinstance(value, str):
        raise InputError(f"{field!r} must be a string" if field in row else f"the field {field!r} is missing")
    return value


def _one_of(value: str, allowed: tuple[str, ...], field: str) -> str:
    if value not in allowed:
        raise InputError(f"unknown {field} {value!r}; known are {', '.join(allowed)}")
    return value


def _mark(entry: Any, text: str) -> TacticMark:
    """A mark from ``{"tactic", "quote", "at"?}``; without ``at`` (a raw offset) the quote's first place is meant."""
    if not isinstance(entry, Mapping):
        raise InputError("each entry of 'tactics' must be an object with 'tactic' and 'quote'")
    tactic = _one_of(_string(entry, "tactic"), TACTICS.ids, "tactic")
    quote = _string(entry, "quote")
    at = entry.get("at")
    if at is None:
        at = text.find(quote)
    if not isinstance(at, int) or at < 0 or not quote.strip() or text[at : at + len(quote)] != quote:
        raise InputError(f"span outside the text: {tactic} {quote!r} is not there")
    return TacticMark(tactic, at, at + len(quote))


def parse_document(row: Mapping[str, Any]) -> Document:
    """A document from its JSON object; InputError says which field is wrong and how.

    Fields: ``id``, ``text``, ``scheme``, ``register``, and optionally ``tactics`` (list of ``{"tactic", "quote",
    "at"?}``), ``hand``, ``kind``, ``group``, ``origin``. Unknown fields are an error: they are typing slips as a rule.
    """
    unknown = set(row) - _FIELDS
    if unknown:
        raise InputError(f"unknown field {min(unknown)!r}; known are {', '.join(sorted(_FIELDS))}")
    text = _string(row, "text")
    if not text.strip():
        raise InputError("the text is empty")
    if len(text) > MAX_CHARACTERS:
        raise InputError(f"the text has {len(text):,} characters; the limit is {MAX_CHARACTERS:,}")
    check_surrogates(text)
    scheme = _one_of(_string(row, "scheme"), SCHEMES.ids, "scheme")
    register = _one_of(_string(row, "register"), REGISTERS.ids, "register")
    entries = row.get("tactics", [])
    if not isinstance(entries, list):
        raise InputError("'tactics' must be a list")
    if scheme == NONE and entries:
        raise InputError("a document of scheme 'none' has no tactics")
    document_id = _string(row, "id")
    return Document(
        id=document_id,
        text=text,
        scheme=scheme,
        register=register,
        tactics=tuple(_mark(entry, text) for entry in entries),
        hand=_string(row, "hand", ""),
        kind=_string(row, "kind", ""),
        group=_string(row, "group", "") or document_id,
        origin=_one_of(_string(row, "origin", "written"), ORIGINS, "origin"),
    )


def to_row(document: Document) -> dict[str, Any]:
    """The JSON object of a document; the inverse of :func:`parse_document`. Empty and default fields are left out."""
    row: dict[str, Any] = {
        "id": document.id,
        "text": document.text,
        "scheme": document.scheme,
        "register": document.register,
        "hand": document.hand,
        "kind": document.kind,
    }
    if document.group != document.id:
        row["group"] = document.group
    if document.origin != "written":
        row["origin"] = document.origin
    if document.tactics:
        row["tactics"] = [_mark_row(mark, document.text) for mark in document.tactics]
    return {field: value for field, value in row.items() if value != ""}


def _mark_row(mark: TacticMark, text: str) -> dict[str, Any]:
    quote = text[mark.start : mark.end]
    row: dict[str, Any] = {"tactic": mark.tactic, "quote": quote}
    if text.find(quote) != mark.start:
        row["at"] = mark.start
    return row


_NOT_WORD = re.compile(r"[\W_]+")


def fingerprint(text: str) -> str:
    """What is left of a text after normalisation without punctuation and blanks: equal for duplicates."""
    return _NOT_WORD.sub("", normalise(text).text)
