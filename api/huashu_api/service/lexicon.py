"""Phrases that raise or lower a scheme without retraining: kept with versions, laid over the model's verdict."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import func, or_, select
from sqlalchemy.exc import IntegrityError

from huashu import Assessment, Reason
from huashu.labels import NONE
from huashu.masking import mask
from huashu.text import normalise
from huashu_api.service.problems import ServiceError
from huashu_api.service.store import LexiconVersion, Phrase, Store, now


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase in force. ``weight`` is added to the score (log-odds; subtracted for ``none``) and to the scheme's
    log-probability."""

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


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The phrases of one version; version 0 is the empty one."""

    version: int = 0
    entries: tuple[Entry, ...] = ()

    def hits(self, pieces: Sequence[str], listed: bool) -> tuple[Hit, ...]:
        """The first place of each phrase in ``pieces`` (a text, or the words of turns), compared in normal form."""
        if not self.entries:
            return ()
        found = []
        normals = [normalise(piece) for piece in pieces]
        for entry in self.entries:
            wanted = normalise(entry.phrase).text
            for number, normal in enumerate(normals):
                place = normal.text.find(wanted)
                if wanted and place >= 0:
                    start, end = normal.raw_span(place, place + len(wanted))
                    turn = number if listed else None
                    found.append(Hit(entry.id, entry.phrase, entry.scheme, entry.weight, start, end, turn))
                    break
        return tuple(found)


def apply(
    assessment: Assessment, hits: Sequence[Hit], pieces: Sequence[str], thresholds: Mapping[str, float]
) -> Assessment:
    """The verdict with the weights of ``hits`` added: score, risk, action, schemes and reasons. No hits: as it was."""
    if not hits or "no_chinese" in assessment.notes:
        return assessment
    # What speaks for ``none`` speaks against an alert.
    weights = [-hit.weight if hit.scheme == NONE else hit.weight for hit in hits]
    score = assessment.score + math.fsum(weights)
    risk = 1 / (1 + math.exp(-score)) if score > -700 else 0.0
    action = "alert" if risk >= thresholds["alert"] else "review" if risk >= thresholds["review"] else "pass"
    schemes = dict(assessment.schemes)
    for hit in hits:
        schemes[hit.scheme] *= math.exp(hit.weight)
    total = math.fsum(schemes.values())
    schemes = {scheme: value / total for scheme, value in schemes.items()}
    named = [scheme for scheme in schemes if action != "alert" or scheme != NONE]
    why_not = None
    if action != "alert" and assessment.why_not is not None:
        following = "review" if action == "pass" else "alert"
        goal = thresholds[following]
        why_not = replace(assessment.why_not, next_action=following, distance=math.log(goal / (1 - goal)) - score)
    reasons = tuple(
        Reason("lexicon", weight, hit.start, hit.end, pieces[hit.turn or 0][hit.start : hit.end], hit.turn)
        for hit, weight in zip(hits, weights, strict=True)
    )
    return replace(
        assessment,
        score=score,
        risk=risk,
        action=action,
        schemes=schemes,
        scheme=max(named, key=schemes.__getitem__),
        reasons=(*assessment.reasons, *reasons),
        why_not=why_not,
    )


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
    query = select(Phrase).where(Phrase.added <= wanted, or_(Phrase.removed.is_(None), Phrase.removed > wanted))
    with store.transaction() as session:
        rows = session.scalars(query.order_by(Phrase.added)).all()
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
    added = Phrase(
        id=uuid.uuid4().hex,
        phrase=phrase,
        scheme=scheme,
        weight=weight,
        note=None if note is None else mask(note).replace("\x00", "�"),
        added=present.version + 1,
        removed=None,
    )
    return _change(store, present.version + 1, key_id, added)


def remove(store: Store, entry_id: str, key_id: str | None) -> Lexicon:
    """Remove a phrase; returns the new version. ServiceError 404 when there is none of that id."""
    present = read(store)
    if all(entry.id != entry_id for entry in present.entries):
        raise ServiceError(404, "the lexicon has no phrase of this id")
    with store.transaction() as session:
        row = session.get_one(Phrase, entry_id)
        session.expunge(row)
    row.removed = present.version + 1
    return _change(store, present.version + 1, key_id, row)


def _change(store: Store, version: int, key_id: str | None, phrase: Phrase) -> Lexicon:
    """Write one change. The version's number is a primary key: of two changes at a time one is refused."""
    try:
        with store.transaction() as session:
            session.add(LexiconVersion(version=version, time=now(), key_id=key_id))
            session.merge(phrase)
    except IntegrityError:
        raise ServiceError(409, "the lexicon was changed at the same time; send the request again") from None
    return read(store)
