"""The versions of the lexicon: every change is a new one, and none is lost."""

from __future__ import annotations

import uuid

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError

from huashu.masking import mask
from huashu_api.service.lexicon import Entry, Lexicon
from huashu_api.service.problems import ServiceError
from huashu_api.service.store.database import Store
from huashu_api.service.store.tables import EntryRow, LexiconVersion, now


def current_version(store: Store) -> int:
    """The newest version's number."""
    with store.reading() as session:
        return session.scalar(select(func.max(LexiconVersion.version))) or 0


def read(store: Store, version: int | None = None) -> Lexicon:
    """The lexicon as it is, or was at ``version``; ServiceError 404 when there was no such version."""
    newest = current_version(store)
    wanted = newest if version is None else version
    if not 0 <= wanted <= newest:
        raise ServiceError(404, f"the lexicon has no such version; the newest is {newest}")
    in_force = or_(EntryRow.removed.is_(None), EntryRow.removed > wanted)
    query = select(EntryRow).where(EntryRow.added <= wanted, in_force)
    with store.reading() as session:
        rows = session.scalars(query.order_by(EntryRow.added)).all()
    return Lexicon(wanted, tuple(Entry(r.id, r.phrase, r.scheme, r.weight, r.note, r.added) for r in rows))


def add(
    store: Store, phrase: str, scheme: str, weight: float, note: str | None, key_id: str | None, limit: int
) -> Lexicon:
    """Add a phrase; returns the new version. ServiceError 409 when it is there already or the lexicon is full, 422 when
    it holds a personal number."""
    if mask(phrase) != phrase:
        raise ServiceError(422, "the phrase holds a personal number; such numbers are not kept: leave it out")
    present = read(store)
    if any(entry.phrase == phrase and entry.scheme == scheme for entry in present.entries):
        raise ServiceError(409, "the phrase is there already for this scheme; remove it first to change its weight")
    if len(present.entries) >= limit:
        raise ServiceError(409, f"the lexicon is full ({limit} phrases); remove some first")
    row = EntryRow(
        id=uuid.uuid4().hex,
        phrase=phrase,
        scheme=scheme,
        weight=weight,
        note=None if note is None else mask(note).replace("\x00", "�"),
        added=present.version + 1,
        removed=None,
    )
    return _change(store, present.version + 1, key_id, row)


def remove(store: Store, entry_id: str, key_id: str | None) -> Lexicon:
    """Remove a phrase; returns the new version. ServiceError 404 when there is none of that id."""
    present = read(store)
    if all(entry.id != entry_id for entry in present.entries):
        raise ServiceError(404, "the lexicon has no phrase of this id")
    with store.reading() as session:
        row = session.get_one(EntryRow, entry_id)
        session.expunge(row)
    row.removed = present.version + 1
    return _change(store, present.version + 1, key_id, row)


def _change(store: Store, version: int, key_id: str | None, row: EntryRow) -> Lexicon:
    """Write one change. The version's number is a primary key: of two changes at a time one is refused."""
    try:
        with store.writing() as session:
            session.add(LexiconVersion(version=version, time=now(), key_id=key_id))
            session.merge(row)
    except IntegrityError:
        raise ServiceError(409, "the lexicon was changed at the same time; send the request again") from None
    return read(store)
