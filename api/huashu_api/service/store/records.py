"""Masked copies of what was judged, and the records made of them. Nothing unmasked leaves this module."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, select

from huashu.masking import mask
from huashu_api.service.problems import ServiceError
from huashu_api.service.store.database import Store
from huashu_api.service.store.tables import Feedback, Record, now

Source = str | list[dict[str, Any]]
PORTION = 500
"""Records deleted in one transaction."""
_NOWHERE = "�"


def pieces_of(source: Source) -> list[str]:
    """The strings that offsets of a result refer to: the text, or the words of each turn."""
    return [source] if isinstance(source, str) else [turn["words"] for turn in source]


def digest(source: Source) -> str:
    """SHA-256 of an input: of a text as UTF-8, of a call as compact JSON."""
    text = source if isinstance(source, str) else json.dumps(source, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _hide(text: str) -> str:
    """Masked, and without NUL, which PostgreSQL cannot keep. As long as ``text``, so offsets still hold."""
    return mask(text).replace("\x00", _NOWHERE)


def masked_source(source: Source) -> Source:
    """The input with personal numbers masked; of turns role, words and times are kept."""
    if isinstance(source, str):
        return _hide(source)
    return [
        {
            "role": _hide(turn.get("role", "unknown")),
            "words": _hide(turn["words"]),
            "begin": turn.get("begin"),
            "end": turn.get("end"),
        }
        for turn in source
    ]


def masked_result(result: dict[str, Any], source: Source) -> dict[str, Any]:
    """A result whose quotes are cut from the masked input: a part of a number alone would not look like one."""
    pieces = [_hide(piece) for piece in pieces_of(source)]
    listed = not isinstance(source, str)

    def quoted(item: dict[str, Any]) -> dict[str, Any]:
        if item.get("start") is None:
            return item
        piece = pieces[(item["turn"] or 0) if listed else 0]
        quote = piece[item["start"] : item["end"]]
        hidden = {"quote": quote}
        if "value" in item:
            hidden["value"] = quote if quote != item["quote"] else _hide(item["value"])
        return item | hidden

    changed = {name: [quoted(item) for item in result[name]] for name in ("tactics", "facts", "reasons")}
    return result | changed


class Judged(NamedTuple):
    """What becomes a record: an input, its full result, and the channel it came from."""

    source: Source
    result: dict[str, Any]
    channel: str | None


class Records:
    """Assessment records in the store. Methods block."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, items: Sequence[Judged], key_id: str | None) -> list[str]:
        """Write a record of each item, in one transaction; returns their ids when they are on disk."""
        time = now()
        records = [
            Record(
                id=uuid.uuid4().hex,
                time=time,
                channel=item.channel,
                key_id=key_id,
                digest=digest(item.source),
                input=masked_source(item.source),
                result=masked_result(item.result, item.source),
                model_version=item.result["model_version"],
                operating_point=item.result["operating_point"],
                lexicon_version=item.result["lexicon_version"],
            )
            for item in items
        ]
        ids = [record.id for record in records]
        with self._store.transaction() as session:
            session.add_all(records)
        return ids

    def get(self, record_id: str) -> tuple[Record, list[Feedback]]:
        """A record and its feedback, the oldest first; ServiceError 404 when there is none of that id."""
        with self._store.transaction() as session:
            record = session.get(Record, record_id)
            if record is None:
                raise ServiceError(404, "there is no record of this id; it may have passed its retention period")
            query = select(Feedback).where(Feedback.assessment_id == record_id).order_by(Feedback.time)
            return record, list(session.scalars(query))

    def correct(
        self, record_id: str, scheme: str, register: str | None, note: str | None, key_id: str | None
    ) -> Feedback:
        """Add a reviewer's correction; ServiceError 404 when there is no such record."""
        feedback = Feedback(
            id=uuid.uuid4().hex,
            assessment_id=record_id,
            time=now(),
            key_id=key_id,
            scheme=scheme,
            register=register,
            note=None if note is None else _hide(note),
        )
        with self._store.transaction() as session:
            if session.get(Record, record_id) is None:
                raise ServiceError(404, "there is no record of this id; it may have passed its retention period")
            session.add(feedback)
        return feedback

    def forget(self, days: int) -> int:
        """Delete the records older than ``days`` with their feedback, by portions between which others may write;
        returns how many."""
        before, total = now() - timedelta(days=days), 0
        old = select(Record.id).where(Record.time < before).limit(PORTION)
        while True:
            with self._store.transaction() as session:
                done = session.execute(delete(Record).where(Record.id.in_(old.scalar_subquery())))
                deleted = int(done.rowcount)  # type: ignore[attr-defined]
            total += deleted
            if deleted < PORTION:
                return total
