"""What keeps a worker predictable: a bounded queue before the judging threads, and limits for each key."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

from huashu_api.service.problems import ServiceError

Result = TypeVar("Result")


class Gate:
    """Runs CPU work on threads, so that the event loop stays free; refuses at once what would wait too long."""

    def __init__(self, threads: int, queue: int, deadline: float) -> None:
        self._executor = ThreadPoolExecutor(threads, "judge")
        self._room = threads + queue
        self._deadline = deadline
        self.pending = 0

    @property
    def full(self) -> bool:
        """Whether more work would be refused."""
        return self.pending >= self._room

    def check(self) -> None:
        """ServiceError 503 when the queue is full."""
        if self.full:
            raise ServiceError(503, "the queue is full; send the request again later", retry_after=1)

    async def run(self, work: Callable[[], Result]) -> Result:
        """The result of ``work``. ServiceError 503 when the queue is full or the deadline has passed."""
        self.check()
        self.pending += 1
        loop = asyncio.get_running_loop()
        future = self._executor.submit(work)
        # Counted until the thread lets go of it: a request that was given up may still be in work.
        future.add_done_callback(lambda done: self._release(loop, done))
        try:
            return await asyncio.wait_for(asyncio.wrap_future(future), self._deadline)
        except TimeoutError:
            raise ServiceError(503, "the deadline has passed; send less at a time or later", retry_after=2) from None

    def _release(self, loop: asyncio.AbstractEventLoop, done: Future[Result]) -> None:
        def fewer() -> None:
            self.pending -= 1

        if not loop.is_closed():
            loop.call_soon_threadsafe(fewer)

    def close(self) -> None:
        """Wait for what is in work."""
        self._executor.shutdown()


class KeyLimits:
    """Requests a second (with a burst of two seconds' worth) and at a time, for each caller."""

    def __init__(self, rate: float, concurrency: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._concurrency = rate, max(1.0, 2 * rate), concurrency
        self._clock = clock
        self._tokens: dict[str, tuple[float, float]] = {}
        self._active: dict[str, int] = {}

    @contextmanager
    def request(self, caller: str) -> Iterator[None]:
        """Counts a request in for as long as the block; ServiceError 429 with the seconds to wait when the caller has
        too many."""
        now = self._clock()
        tokens, since = self._tokens.get(caller, (self._burst, now))
        tokens = min(self._burst, tokens + (now - since) * self._rate)
        if tokens < 1:
            wait = max(1, round((1 - tokens) / self._rate))
            raise ServiceError(429, "too many requests a second for this key; wait and send again", retry_after=wait)
        if self._active.get(caller, 0) >= self._concurrency:
            raise ServiceError(429, "too many requests of this key at a time; wait for answers", retry_after=1)
        self._tokens[caller] = (tokens - 1, now)
        self._active[caller] = self._active.get(caller, 0) + 1
        try:
            yield
        finally:
            self._active[caller] -= 1
