"""Live calls: turns as they come, the verdict so far. Held in a worker's memory, never written before they close."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from huashu import InputError, TurnVerdict
from huashu.reading.dialogue import pieces_of
from huashu_api.service.answers import Answer, TurnsAnswer
from huashu_api.service.judge import Answered, Asked, Judge
from huashu_api.service.lexicon import Hit, adjustment
from huashu_api.service.problems import ServiceError

Ask = Callable[[Judge, Sequence[Asked]], "list[Answered | InputError]"]
"""How what was said so far is judged."""


class LiveCall:
    """One call: the judge that it began with, its turns, and when it was last heard of. Its methods wait for one
    another."""

    def __init__(self, call_id: str, judge: Judge, channel: str | None, owner: str | None, used: float) -> None:
        self.id, self.judge = call_id, judge
        self.channel, self.owner, self.used = channel, owner, used
        self.turns: list[dict[str, Any]] = []
        self.characters = 0
        self.closed = False
        self._final: Answer | None = None
        self._lock = threading.Lock()
        self._running = judge.classifier.session()
        self._hits: tuple[Hit, ...] = ()

    def hear(self, turns: Sequence[Mapping[str, Any]], after: int | None = None) -> TurnsAnswer:
        """The verdict after each of the next turns; when it is cut off, those heard so far count.

        ServiceError 409 when the call has heard another number of turns than ``after``, 404 when it is closed.
        InputError for a turn that cannot be judged: those before it count.
        """
        with self._lock:
            heard = len(self.turns)
            if after is not None and after != heard:
                raise ServiceError(
                    409, f"the session has heard {heard} turns: send those that follow, or read its verdict"
                )
            if self.closed:
                raise ServiceError(404, "the session is closed: open another")
            verdicts = tuple(self._add(turn) for turn in turns)
            return TurnsAnswer(self.id, len(self.turns), verdicts)

    def answer(self, ask: Ask) -> Answered | None:
        """The full answer so far, as ``ask`` gives it; None while nothing was said that can be judged."""
        with self._lock:
            return self._answer(ask)

    def close(self, ask: Ask, issue: Callable[[Answered], Answer]) -> Answer | None:
        """The final answer, as ``issue`` gives it out; the same again when the call is closed already."""
        with self._lock:
            if not self.closed:
                answered = self._answer(ask)
                self._final, self.closed = None if answered is None else issue(answered), True
            return self._final

    def _add(self, turn: Mapping[str, Any]) -> TurnVerdict:
        number, words = len(self.turns), turn["words"]
        hits = self._hits + self.judge.lexicon.hits([words], True, number, self._hits)
        verdict = self._running.add(turn, adjustment(hits, [*pieces_of(self.turns), words]))
        self._hits = hits
        self.turns.append(dict(turn))
        self.characters += len(words)
        return verdict

    def _answer(self, ask: Ask) -> Answered | None:
        if not any(words.strip() for words in pieces_of(self.turns)):
            return None
        (outcome,) = ask(self.judge, [Asked(self.turns)])
        if isinstance(outcome, InputError):
            raise outcome
        return outcome


class Sessions:
    """The live calls of a worker."""

    def __init__(
        self,
        limit: int,
        idle: float,
        share: float = 1.0,
        characters: int = 20_000_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """At most ``limit`` calls with ``characters`` in all, of one owner at most ``share`` (0..1) of either; they
        expire after ``idle`` seconds."""
        self.worker = secrets.token_hex(4)
        """This worker's name: ids of its calls begin with it."""
        self._limit, self._idle, self._clock = limit, idle, clock
        self._share = max(1, round(limit * share))
        self._characters, self._characters_each = characters, round(characters * share)
        self._calls: dict[str, LiveCall] = {}

    def __len__(self) -> int:
        return len(self._calls)

    def open(self, judge: Judge, channel: str | None, owner: str | None) -> LiveCall:
        """Begin a call; ServiceError 503 when there are as many as may be."""
        self.expire()
        if len(self._calls) >= self._limit:
            raise ServiceError(503, "as many sessions are open as may be; close some or come back later", 10)
        if sum(call.owner == owner for call in self._calls.values()) >= self._share:
            raise ServiceError(429, "this key has as many sessions open as one key may; close some", 10)
        call = LiveCall(self.worker + secrets.token_hex(12), judge, channel, owner, self._clock())
        self._calls[call.id] = call
        return call

    def check_room(self, call: LiveCall, more: int) -> None:
        """ServiceError 503 or 429 where ``more`` characters of ``call`` would be too many in all, or of its owner."""
        sizes = [(other.owner == call.owner, other.characters) for other in self._calls.values()]
        if sum(size for _, size in sizes) + more > self._characters:
            raise ServiceError(503, "live calls hold as much text as they may; close some or come back later", 10)
        if sum(size for own, size in sizes if own) + more > self._characters_each:
            raise ServiceError(429, "the live calls of this key hold as much text as one key's may; close some", 10)

    def get(self, session_id: str, owner: str | None) -> LiveCall:
        """The call of this id, kept alive by this; ServiceError 404 when there is none, or it is another key's."""
        self.expire()
        call = self._calls.get(session_id)
        if call is None or call.owner != owner:
            raise ServiceError(404, "no session of this id is open; it may have expired: open another")
        call.used = self._clock()
        return call

    def forget(self, call: LiveCall) -> None:
        """Let go of a call."""
        self._calls.pop(call.id, None)

    def expire(self) -> None:
        """Forget the calls that were not heard of for too long."""
        before = self._clock() - self._idle
        for call in [call for call in self._calls.values() if call.used < before]:
            self.forget(call)
