"""Phrases that raise or lower a scheme without retraining: kept with versions, added to what the model says."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError

from huashu import Reason
from huashu.labels import NONE
from huashu.masking import mask
from huashu.reading.normalise import normalise
from huashu.verdict.adjustment import Adjustment
from huashu_api.service.problems import ServiceError
from huashu_api.service.store.database import Store
from huashu_api.service.store.tables import EntryRow, LexiconVersion, now


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase in force. ``weight`` is added to the score (log-odds; subtracted for ``none``) and to the scheme's
    log-probability; ``added`` is the version that brought it."""

    id: str
    phrase: str
    scheme: str
    weight: float
    note: str | None
    added: int


@dataclass(frozen=True, slots=True)
class Hit:
    """Where a phrase stands in a text; offsets as in ``TacticSpan``."""

    id: str
    phrase: str
    scheme: str
    weight: float
    start: int
    end: int
    turn: int | None


@dataclass(frozen=True)
class Lexicon:
    """The phrases of one version; version 0 is the empty one."""

    version: int = 0
    entries: tuple[Entry, ...] = ()

    @cached_property
    def _wanted(self) -> list[tuple[Entry, str]]:
        """The phrases in normal form: made once, not for every text."""
        normals = ((entry, normalise(entry.phrase).text) for entry in self.entries)
        return [(entry, wanted) for entry, wanted in normals if wanted]

    def hits(self, pieces: Sequence[str], listed: bool, first: int = 0, known: Sequence[Hit] = ()) -> tuple[Hit, ...]:
        """The first place of each phrase in ``pieces`` (a text, or the words of turns when ``listed``, numbered from
        ``first``), compared in normal form. Phrases among the ``known`` hits are not looked for again."""
        if not self.entries:
            return ()
        hits = []
        seen = {hit.id for hit in known}
        normals = [normalise(piece) for piece in pieces]
        for entry, wanted in self._wanted:
            if entry.id in seen:
                continue
            for number, normal in enumerate(normals):
                place = normal.text.find(wanted)
                if place >= 0:
                    start, end = normal.raw_span(place, place + len(wanted))
                    turn = first + number if listed else None
                    hits.append(Hit(entry.id, entry.phrase, entry.scheme, entry.weight, start, end, turn))
                    break
        return tuple(hits)


def adjustment(hits: Sequence[Hit], pieces: Sequence[str]) -> Adjustment:
    """What ``hits`` in ``pieces`` add to a verdict; what speaks for ``none`` speaks against an alert."""
    schemes: dict[str, float] = {}
    for hit in hits:
        schemes[hit.scheme] = schemes.get(hit.scheme, 0.0) + hit.weight
    reasons = tuple(
        Reason(
            "lexicon",
            -hit.weight if hit.scheme == NONE else hit.weight,
            hit.start,
            hit.end,
            pieces[hit.turn or 0][hit.start : hit.end],
            hit.turn,
        )
        for hit in hits
    )
    return Adjustment(reasons, schemes)


def current_version(store: Store) -> int:
    """The newest version's number."""
    with store.transaction() as session:
        return session.scalar(select(func.max(LexiconVersion.version))) or 0


def read(store: Store, version: int | None = None) -> Lexicon:
    """The lexicon as it is, or was at ``version``; ServiceError 404 when there was no such version."""
    newest = current_version(store)
    wanted = newest if version is None else version
    if not 0 <= wanted <= newest:
        raise ServiceError(404, f"the lexicon has no such version; the newest is {newest}")
    in_force = or_(EntryRow.removed.is_(None), EntryRow.removed > wanted)
    query = select(EntryRow).where(EntryRow.added <= wanted, in_force)
    with store.transaction() as session:
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
    with store.transaction() as session:
        row = session.get_one(EntryRow, entry_id)
        session.expunge(row)
    row.removed = present.version + 1
    return _change(store, present.version + 1, key_id, row)


def _change(store: Store, version: int, key_id: str | None, row: EntryRow) -> Lexicon:
    """Write one change. The version's number is a primary key: of two changes at a time one is refused."""
    try:
        with store.transaction() as session:
            session.add(LexiconVersion(version=version, time=now(), key_id=key_id))
            session.merge(row)
    except IntegrityError:
        raise ServiceError(409, "the lexicon was changed at the same time; send the request again") from None
    return read(store)
