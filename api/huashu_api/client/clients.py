"""Both clients: they differ in how they wait, not in what they ask."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

import httpx2 as httpx

from huashu import Source, TurnVerdict
from huashu_api.client import calls
from huashu_api.client.calls import Call, T, Turns
from huashu_api.client.results import Answer, FileAnswer, Record, Replay
from huashu_api.client.retries import Asking, ServiceError, is_answer


class Client(Asking):
    """Asks the service and waits. Safe to share between threads. ``options`` are those of :class:`Asking`.

    Every method raises ServiceError when the service refuses or cannot be reached.
    """

    def __init__(self, url: str, key: str | None = None, **options: Any) -> None:
        super().__init__(url, key, **options)
        self._http = httpx.Client(**self._options)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def _send(self, call: Call[T]) -> T:
        tried = 0
        while True:
            outcome: httpx.Response | httpx.TransportError
            try:
                outcome = self._http.request(call.method, call.path, json=call.body, content=call.file)
            except httpx.TransportError as error:
                outcome = error
            if is_answer(outcome):
                return call.convert(outcome.json())
            time.sleep(self._pause(tried, call.repeatable, outcome))
            tried += 1

    def assess(self, source: Source, **options: Any) -> Answer:
        """Judge a text or a list of turns; ``options`` are those of ``POST /v1/assess``."""
        return self._send(calls.assess(source, options))

    def assess_batch(self, sources: Sequence[Source], **options: Any) -> list[Answer | ServiceError]:
        """Judge several; a ServiceError stands in the place of one that cannot be judged."""
        return self._send(calls.assess_batch(sources, options))

    def assess_file(self, path: Path | str, data: bytes | None = None, **options: Any) -> FileAnswer:
        """Judge what a file holds, or ``data`` under its name; ``options`` are those of ``POST /v1/files``. OSError
        when it cannot be read."""
        content = Path(path).read_bytes() if data is None else data
        return self._send(calls.assess_file(Path(path).name, content, options))

    def open_session(self, **options: Any) -> str:
        """Begin a live call; its id."""
        return self._send(calls.open_session(options))

    def add_turns(self, session: str, turns: Turns, after: int | None = None) -> list[TurnVerdict]:
        """The verdict after each turn. ``after`` is how many turns were sent before: with it a request that broke off
        can be sent again (ServiceError 409 when it was heard after all); without it that is not tried."""
        return self._send(calls.add_turns(session, turns, after))

    def read_session(self, session: str) -> Answer | None:
        """The verdict so far with all evidence; None before anything was said."""
        return self._send(calls.read_session(session))

    def close_session(self, session: str) -> Answer | None:
        """End a live call; the final verdict, None when nothing was said."""
        return self._send(calls.close_session(session))

    def feedback(self, assessment: str, scheme: str, **options: Any) -> str:
        """Keep what a reviewer says an assessed text is (``register``, ``note``); the feedback's id."""
        return self._send(calls.feedback(assessment, scheme, options))

    def record(self, assessment: str, page: int = 1) -> Record:
        """All that is kept of an assessment."""
        return self._send(calls.record(assessment, page))

    def replay(self, assessment: str, **options: Any) -> Replay:
        """The decision made again on the kept, masked input; ``options`` are those of the endpoint."""
        return self._send(calls.replay(assessment, options))

    def model(self) -> dict[str, Any]:
        """What answers, as ``GET /v1/model`` tells it."""
        return self._send(calls.model())


class AsyncClient(Asking):
    """As :class:`Client`, to be awaited."""

    def __init__(self, url: str, key: str | None = None, **options: Any) -> None:
        super().__init__(url, key, **options)
        self._http = httpx.AsyncClient(**self._options)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Let go of the connections."""
        await self._http.aclose()

    async def _send(self, call: Call[T]) -> T:
        tried = 0
        while True:
            outcome: httpx.Response | httpx.TransportError
            try:
                outcome = await self._http.request(call.method, call.path, json=call.body, content=call.file)
            except httpx.TransportError as error:
                outcome = error
            if is_answer(outcome):
                return call.convert(outcome.json())
            await asyncio.sleep(self._pause(tried, call.repeatable, outcome))
            tried += 1

    async def assess(self, source: Source, **options: Any) -> Answer:
        """As :meth:`Client.assess`."""
        return await self._send(calls.assess(source, options))

    async def assess_batch(self, sources: Sequence[Source], **options: Any) -> list[Answer | ServiceError]:
        """As :meth:`Client.assess_batch`."""
        return await self._send(calls.assess_batch(sources, options))

    async def assess_file(self, path: Path | str, data: bytes | None = None, **options: Any) -> FileAnswer:
        """As of :meth:`Client.assess_file`."""
        content = await asyncio.to_thread(Path(path).read_bytes) if data is None else data
        return await self._send(calls.assess_file(Path(path).name, content, options))

    async def open_session(self, **options: Any) -> str:
        """As :meth:`Client.open_session`."""
        return await self._send(calls.open_session(options))

    async def add_turns(self, session: str, turns: Turns, after: int | None = None) -> list[TurnVerdict]:
        """As :meth:`Client.add_turns`."""
        return await self._send(calls.add_turns(session, turns, after))

    async def read_session(self, session: str) -> Answer | None:
        """As :meth:`Client.read_session`."""
        return await self._send(calls.read_session(session))

    async def close_session(self, session: str) -> Answer | None:
        """As :meth:`Client.close_session`."""
        return await self._send(calls.close_session(session))

    async def feedback(self, assessment: str, scheme: str, **options: Any) -> str:
        """As :meth:`Client.feedback`."""
        return await self._send(calls.feedback(assessment, scheme, options))

    async def record(self, assessment: str, page: int = 1) -> Record:
        """As :meth:`Client.record`."""
        return await self._send(calls.record(assessment, page))

    async def replay(self, assessment: str, **options: Any) -> Replay:
        """As :meth:`Client.replay`."""
        return await self._send(calls.replay(assessment, options))

    async def model(self) -> dict[str, Any]:
        """As :meth:`Client.model`."""
        return await self._send(calls.model())
