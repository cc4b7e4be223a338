"""Live calls: turns as they come, the verdict so far. Held in a worker's memory, never written before they close."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from huashu import Assessment, Classifier, TacticSpan
from huashu_api.service.problems import ServiceError


@dataclass(frozen=True, slots=True)
class TurnVerdict:
    """The verdict after a turn. ``turn`` counts from 0; ``tactics`` are the moves found in that turn."""

    turn: int
    action: str
    risk: float
    score: float
    scheme: str
    register: str
    tactics: tuple[TacticSpan, ...]


@dataclass(slots=True)
class LiveCall:
    """One call: the classifier that it began with, its turns, and when it was last heard of."""

    id: str
    classifier: Classifier
    channel: str | None
    owner: str | None
    used: float
    turns: list[dict[str, Any]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def characters(self) -> int:
        return sum(len(turn["words"]) for turn in self.turns)

    def add(self, turns: Sequence[Mapping[str, Any]]) -> list[dict[str, Any] | None]:
        """Hear turns; the verdict after each, None while nothing was said that can be judged."""
        verdicts: list[dict[str, Any] | None] = []
        for turn in turns:
            self.turns.append(dict(turn))
            said = self.assessment()
            verdicts.append(None if said is None else asdict(self._after_turn(said)))
        return verdicts

    def _after_turn(self, said: Assessment) -> TurnVerdict:
        number = len(self.turns) - 1
        moves = tuple(span for span in said.tactics if span.turn == number)
        return TurnVerdict(number, said.action, said.risk, said.score, said.scheme, said.register, moves)

    def assessment(self) -> Assessment | None:
        """The verdict so far with all evidence; None while nothing was said that can be judged."""
        if not any(turn["words"].strip() for turn in self.turns):
            return None
        return self.classifier.assess(self.turns)


class Sessions:
    """The live calls of a worker."""

    def __init__(self, limit: int, idle: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._idle, self._clock = limit, idle, clock
        self._calls: dict[str, LiveCall] = {}

    def __len__(self) -> int:
        return len(self._calls)

    def open(self, classifier: Classifier, channel: str | None, owner: str | None) -> LiveCall:
        """Begin a call; ServiceError 503 when there are as many as may be."""
        self.expire()
        if len(self._calls) >= self._limit:
            raise ServiceError(503, "as many sessions are open as may be; close some or come back later", 10)
        call = LiveCall(uuid.uuid4().hex, classifier, channel, owner, self._clock())
        self._calls[call.id] = call
        return call

    def get(self, session_id: str, owner: str | None) -> LiveCall:
        """The call of this id, kept alive by this; ServiceError 404 when there is none, or it is another key's."""
        self.expire()
        call = self._calls.get(session_id)
        if call is None or call.owner != owner:
            raise ServiceError(404, "no session of this id is open; it may have expired: open another")
        call.used = self._clock()
        return call

    def close(self, call: LiveCall) -> None:
        """Forget a call."""
        self._calls.pop(call.id, None)

    def expire(self) -> None:
        """Forget the calls that were not heard of for too long."""
        before = self._clock() - self._idle
        for call in [call for call in self._calls.values() if call.used < before]:
            self.close(call)
