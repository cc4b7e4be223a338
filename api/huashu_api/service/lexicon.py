"""Phrases that raise or lower a scheme without retraining: where they stand in a text, what they add to its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from huashu import Reason
from huashu.labels import NONE
from huashu.reading.normalise import normalise
from huashu.verdict.adjustment import Adjustment


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
