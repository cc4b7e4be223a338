"""The queue before the judging threads: bounded, fair among callers, and with work that can be cut off."""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

from huashu.interrupt import checked
from huashu_api.service.problems import ServiceError

Result = TypeVar("Result")

LANES = 4
"""Callers whose work runs side by side: the interpreter gives each of them its share, so that one caller's long
texts do not stand before another's short ones."""
GRACE = 1.0
"""Seconds beyond the deadline in which work ends that was cut off, or that is just being written down."""


class CutOff(Exception):
    """Ends work that nobody waits for any more."""


class _Work:
    """Something to do until the time ``until`` (of ``time.monotonic``), unless it is given up before."""

    def __init__(self, do: Callable[[], Any], until: float) -> None:
        self._do, self._until = do, until
        self._given_up = False

    def __call__(self) -> Any:
        with checked(self._check):
            self._check()
            return self._do()

    def give_up(self) -> None:
        """Have it end at its next checkpoint."""
        self._given_up = True

    def _check(self) -> None:
        if self._given_up or time.monotonic() > self._until:
            raise CutOff


class Gate:
    """Runs CPU work on threads, so that the event loop stays free; refuses at once what would wait too long.

    Of one caller at most ``threads`` pieces of work run at a time, and at most ``share`` (0..1) of the ``queue`` places
    are its own. Whoever was served longest ago comes next. Used from one event loop.
    """

    def __init__(self, threads: int, queue: int, deadline: float, share: float = 1.0) -> None:
        self._executor = ThreadPoolExecutor(threads * LANES, "judge")
        self._threads, self._queue, self._deadline = threads, queue, deadline
        self._share = max(1, round(queue * share))
        self._running: Counter[str] = Counter()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}
        """By caller; the one that is served next is first."""
        self._work: set[_Work] = set()

    @property
    def pending(self) -> int:
        """How much is in work or waits."""
        return self._running.total() + sum(map(len, self._waiting.values()))

    @property
    def full(self) -> bool:
        """Whether more work would be refused."""
        return self.pending >= self._queue + self._threads

    def check(self, caller: str) -> None:
        """ServiceError 503 when the queue is full, 429 when the caller's part of it is."""
        if self.full:
            raise ServiceError(503, "the queue is full; send the request again later", retry_after=1)
        if self._running[caller] + len(self._waiting.get(caller, ())) >= self._share + self._threads:
            raise ServiceError(429, "too many requests of this key are waiting; wait for answers", retry_after=1)

    async def run(self, work: Callable[[], Result], caller: str) -> Result:
        """The result of ``work``. ServiceError 503 or 429 as of :meth:`check`, and 503 when the deadline has passed:
        the work is cut off at its next checkpoint then."""
        self.check(caller)
        until = time.monotonic() + self._deadline
        await self._turn(caller, until)
        task = _Work(work, until)
        self._work.add(task)
        future = self._executor.submit(task)
        loop = asyncio.get_running_loop()
        future.add_done_callback(lambda done: self._release(loop, task, caller))
        return await self._outcome(future, task, until)

    async def _turn(self, caller: str, until: float) -> None:
        """Wait until work of ``caller`` may run, and count it as running."""
        if not self._waiting and self._may_run(caller):
            self._running[caller] += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(caller, deque()).append(turn)
        try:
            async with asyncio.timeout(until - time.monotonic()):
                self._next()
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self._running[caller] -= 1
            else:
                self._leave(caller, turn)
            self._next()
            if isinstance(error, TimeoutError):
                raise _late() from None
            raise

    def _may_run(self, caller: str) -> bool:
        return self._running[caller] < self._threads and self._running.total() < self._threads * LANES

    def _leave(self, caller: str, turn: asyncio.Future[None]) -> None:
        queue = self._waiting.get(caller)
        if queue and turn in queue:
            queue.remove(turn)
            if not queue:
                del self._waiting[caller]

    def _next(self) -> None:
        """Let those run who may, one of each caller, and put these callers last."""
        for caller in list(self._waiting):
            if self._may_run(caller):
                queue = self._waiting.pop(caller)
                self._running[caller] += 1
                queue.popleft().set_result(None)
                if queue:
                    self._waiting[caller] = queue

    def _release(self, loop: asyncio.AbstractEventLoop, task: _Work, caller: str) -> None:
        """Counted until the thread lets go of it: a request that was given up may still be in work."""

        def release() -> None:
            self._work.discard(task)
            self._running[caller] -= 1
            if self._running[caller] <= 0:
                del self._running[caller]
            self._next()

        if not loop.is_closed():
            loop.call_soon_threadsafe(release)

    async def _outcome(self, future: Future[Result], task: _Work, until: float) -> Result:
        waiting = asyncio.wrap_future(future)
        try:
            for end in (until, until + GRACE):
                done, _ = await asyncio.wait({waiting}, timeout=end - time.monotonic())
                if done:
                    return waiting.result()
                task.give_up()
        except asyncio.CancelledError:
            task.give_up()
            raise
        except CutOff:
            raise _late() from None
        waiting.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        raise _late()

    def close(self) -> None:
        """Cut off what is in work and wait until it has ended. Blocks."""
        for task in list(self._work):
            task.give_up()
        self._executor.shutdown()


def _late() -> ServiceError:
    return ServiceError(503, "the deadline has passed; send less at a time or later", retry_after=2)
