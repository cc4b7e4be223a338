"""Live calls: turns as they come, the verdict so far. Held in a worker's memory, never written before they close."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from huashu_api.service.judge import Judge
from huashu_api.service.problems import ServiceError
from huashu_api.service.store.lexicon import Hit, adjustment
from huashu_api.service.store.records import pieces_of


class LiveCall:
    """One call: the judge that it began with, its turns, and when it was last heard of. Work on it holds ``lock``."""

    def __init__(self, call_id: str, judge: Judge, channel: str | None, owner: str | None, used: float) -> None:
        self.id, self.judge = call_id, judge
        self.channel, self.owner, self.used = channel, owner, used
        self.turns: list[dict[str, Any]] = []
        self.characters = 0
        self.lock = threading.Lock()
        self.closed = False
        self.final: dict[str, Any] | None = None
        """The answer that the call was closed with: closing it again gives the same."""
        self._running = judge.classifier.session()
        self._hits: tuple[Hit, ...] = ()

    def add(self, turns: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Hear turns; the verdict after each. InputError for one that cannot be judged: those before it count."""
        verdicts = []
        for turn in turns:
            number, words = len(self.turns), turn["words"]
            hits = self._hits + self.judge.lexicon.hits([words], True, number, self._hits)
            verdicts.append(self._running.add(turn, adjustment(hits, [*self._words(), words])).to_dict())
            self._hits = hits
            self.turns.append(dict(turn))
            self.characters += len(words)
        return verdicts

    def result(self) -> dict[str, Any] | None:
        """The full answer so far, without an id; None while nothing was said that can be judged."""
        if not any(words.strip() for words in self._words()):
            return None
        return self.judge.told(self._running.assessment(adjustment(self._hits, self._words())), self._hits)

    def _words(self) -> list[str]:
        return pieces_of(self.turns)


class Sessions:
    """The live calls of a worker."""

    def __init__(self, limit: int, idle: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.worker = secrets.token_hex(4)
        """This worker's name: ids of its calls begin with it."""
        self._limit, self._idle, self._clock = limit, idle, clock
        self._calls: dict[str, LiveCall] = {}

    def __len__(self) -> int:
        return len(self._calls)

    def open(self, judge: Judge, channel: str | None, owner: str | None) -> LiveCall:
        """Begin a call; ServiceError 503 when there are as many as may be."""
        self.expire()
        if len(self._calls) >= self._limit:
            raise ServiceError(503, "as many sessions are open as may be; close some or come back later", 10)
        call = LiveCall(self.worker + secrets.token_hex(12), judge, channel, owner, self._clock())
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
