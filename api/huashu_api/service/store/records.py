"""Records: what is kept of an assessment, masked before it comes here."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from huashu import Source
from huashu.interrupt import checkpoint
from huashu.masking import KINDS
from huashu_api.service.answers import Answer
from huashu_api.service.masked import masked_source
from huashu_api.service.problems import ServiceError
from huashu_api.service.store.database import Store
from huashu_api.service.store.tables import RETAINED, Feedback, Mark, Record, now

JUMP = timedelta(days=10)
"""Between two looks for records that end. A clock that has gone further, in either direction, has been set, or the
service stood still: a person has to say which, because what is deleted is gone."""
PAGE = 100
"""Items of a list that are answered at a time."""
PORTION = 500
"""Records deleted in one transaction."""


def digest(masked: Source) -> str:
    """SHA-256 of a masked input: of a text as UTF-8, of a call as compact JSON. Of the input as it was sent it would
    undo the masking: the few digits that are hidden are tried in a second."""
    text = masked if isinstance(masked, str) else json.dumps(masked, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


class ClockError(Exception):
    """The clock is far from the time that records were last looked at."""

    def __init__(self, last: datetime) -> None:
        super().__init__(f"records were last looked at on {last:%Y-%m-%d}")
        self.last = last


class Kept(NamedTuple):
    """What becomes a record: an input and the answer to it, both masked, whether nothing was hidden in the input,
    and the channel that it came from."""

    source: Source
    answer: Answer
    exact: bool
    channel: str | None


class Records:
    """Assessment records in the store. Methods block."""

    def __init__(self, store: Store, kinds: Iterable[str] = KINDS) -> None:
        """``kinds`` of personal data are masked in notes besides numbers."""
        self._store, self._kinds = store, tuple(kinds)

    def keep(self, items: Sequence[Kept], key_id: str | None) -> list[str]:
        """Write a record of each item, in one transaction; returns their ids when they are on disk."""
        time = now()
        records = [_record(item, time, key_id) for item in items]
        ids = [record.id for record in records]
        with self._store.writing() as session:
            session.add_all(records)
            session.flush()
            checkpoint()  # what was refused meanwhile is not kept
        return ids

    def get(self, record_id: str, page: int = 1) -> tuple[Record, list[Feedback], int]:
        """A record, a page of its feedback, the oldest first, and how many pages there are; ServiceError 404 when there
        is none of that id."""
        with self._store.reading() as session:
            record = _present(session, record_id)
            own = Feedback.assessment_id == record_id
            count = session.scalar(select(func.count()).where(own)) or 0
            query = select(Feedback).where(own).order_by(Feedback.time, Feedback.id)
            shown = query.limit(PAGE).offset((page - 1) * PAGE)
            return record, list(session.scalars(shown)), pages(count)

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
            note=None if note is None else str(masked_source(note, self._kinds)),
        )
        with self._store.writing() as session:
            _present(session, record_id)
            session.add(feedback)
        return feedback

    def forget(self, days: int, time: datetime | None = None) -> int:
        """Delete the records older than ``days`` at this ``time`` (None: now) with their feedback, by portions between
        which others may write; returns how many. ClockError, and nothing is deleted, when the clock has jumped since
        records were last looked at."""
        time = now() if time is None else time
        self._check_clock(time)
        before, total = time - timedelta(days=days), 0
        old = select(Record.id).where(Record.time < before).limit(PORTION)
        while True:
            with self._store.writing() as session:
                done = session.execute(delete(Record).where(Record.id.in_(old.scalar_subquery())))
                deleted = int(done.rowcount)  # type: ignore[attr-defined]
            total += deleted
            if deleted < PORTION:
                return total

    def _check_clock(self, time: datetime) -> None:
        with self._store.writing() as session:
            mark = session.get(Mark, RETAINED)
            if mark is not None and abs(time - mark.time) > JUMP:
                raise ClockError(mark.time)
            session.merge(Mark(name=RETAINED, time=time))

    def accept_clock(self) -> None:
        """From now on records end by the clock as it is."""
        with self._store.writing() as session:
            session.merge(Mark(name=RETAINED, time=now()))


def pages(count: int) -> int:
    """How many pages hold ``count`` items; there is always one."""
    return max(1, -(-count // PAGE))


def _present(session: Session, record_id: str) -> Record:
    record = session.get(Record, record_id)
    if record is None:
        raise ServiceError(404, "there is no record of this id; it may have passed its retention period")
    return record


def _record(item: Kept, time: datetime, key_id: str | None) -> Record:
    return Record(
        id=uuid.uuid4().hex,
        time=time,
        channel=item.channel,
        key_id=key_id,
        digest=digest(item.source),
        exact=item.exact,
        input=item.source,
        result=item.answer.to_dict(),
        model_version=item.answer.model_version,
        operating_point=item.answer.operating_point,
        lexicon_version=item.answer.lexicon_version,
    )
