"""Limits for each caller: requests a second and at a time, and bytes in work."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from huashu_api.service.problems import ServiceError


class Budget:
    """Bytes of bodies that are read or in work: a bound to memory, whatever is sent, and a share of it for each
    caller."""

    def __init__(self, size: int, share: float = 1.0) -> None:
        self._left, self._share = size, max(1, round(size * share))
        self._taken: dict[str, int] = {}

    @contextmanager
    def reserve(self, caller: str) -> Iterator[Callable[[int], None]]:
        """Within the block, what is called takes more bytes; all are given back at its end. ServiceError 503 when too
        much is in work, 429 when too much of this caller is."""
        mine = 0

        def take(size: int) -> None:
            nonlocal mine
            if size > self._left:
                raise ServiceError(503, "too much text is in work; send the request again later", retry_after=1)
            if self._taken.get(caller, 0) + size > self._share:
                raise ServiceError(429, "too much text of this key is in work; wait for answers", retry_after=1)
            self._left -= size
            self._taken[caller] = self._taken.get(caller, 0) + size
            mine += size

        try:
            yield take
        finally:
            self._left += mine
            self._taken[caller] = self._taken.get(caller, 0) - mine
            if not self._taken[caller]:
                del self._taken[caller]


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
            if not self._active[caller]:
                del self._active[caller]
