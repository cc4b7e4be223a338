"""A client for the service: ``Client``, and ``AsyncClient`` with the same methods to await. Needs ``huashu[client]``.

with Client("http://127.0.0.1:8000", key="hs_...") as client:
    print(client.assess("您的刷卡机到期了").assessment.action)
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Any, Self

try:
    import httpx2 as httpx
except ImportError:
    raise ImportError("the client needs httpx2; install it with: pip install 'huashu[client]'") from None

from huashu import TurnVerdict
from huashu_api.client.results import Answer, Feedback, Phrase, Record, Replay, verdict_of
from huashu_api.client.retries import Asking, ServiceError, failed

__all__ = ["Answer", "AsyncClient", "Client", "Feedback", "Phrase", "Record", "Replay", "ServiceError"]

Source = str | Sequence[Mapping[str, Any]]


def _item(source: Source, options: Mapping[str, Any]) -> dict[str, Any]:
    return {"text" if isinstance(source, str) else "dialogue": source, **options}


def _turns(turns: Sequence[Mapping[str, Any]], after: int | None) -> dict[str, Any]:
    return {"turns": turns} if after is None else {"turns": turns, "after": after}


def _batch(data: Mapping[str, Any]) -> list[Answer | ServiceError]:
    return [
        Answer.of(item["assessment"])
        if item["assessment"]
        else ServiceError(item["problem"]["status"], item["problem"]["detail"])
        for item in data["items"]
    ]


class Client(Asking):
    """Asks the service and waits. Safe to share between threads. ``options`` are those of :class:`Asking`."""

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

    def _ask(self, method: str, path: str, body: Any = None, repeatable: bool = True) -> Any:
        tried = 0
        while True:
            outcome: httpx.Response | httpx.TransportError
            try:
                outcome = self._http.request(method, path, json=body)
                if outcome.is_success:
                    return outcome.json()
            except httpx.TransportError as error:
                outcome = error
            pause = self._pause(tried, repeatable, outcome)
            if pause is None:
                raise failed(outcome)
            time.sleep(pause)
            tried += 1

    def assess(self, source: Source, **options: Any) -> Answer:
        """Judge a text or a list of turns; ``options`` are those of ``POST /v1/assess``. ServiceError when refused."""
        return Answer.of(self._ask("POST", "/v1/assess", _item(source, options)))

    def assess_batch(self, sources: Sequence[Source], **options: Any) -> list[Answer | ServiceError]:
        """Judge several; a ServiceError stands in the place of one that cannot be judged."""
        items = [_item(source, options) for source in sources]
        return _batch(self._ask("POST", "/v1/assess/batch", {"items": items}))

    def open_session(self, **options: Any) -> str:
        """Begin a live call; its id."""
        return str(self._ask("POST", "/v1/sessions", options)["session"])

    def add_turns(
        self, session: str, turns: Sequence[Mapping[str, Any]], after: int | None = None
    ) -> list[TurnVerdict]:
        """The verdict after each turn. ``after`` is how many turns were sent before: with it a request that broke off
        can be sent again (ServiceError 409 when it was heard after all); without it that is not tried."""
        body = _turns(turns, after)
        data = self._ask("POST", f"/v1/sessions/{session}/turns", body, repeatable=after is not None)
        return [verdict_of(verdict) for verdict in data["verdicts"]]

    def read_session(self, session: str) -> Answer | None:
        """The verdict so far with all evidence; None before anything was said."""
        data = self._ask("GET", f"/v1/sessions/{session}")
        return None if data is None else Answer.of(data)

    def close_session(self, session: str) -> Answer | None:
        """End a live call; the final verdict, None when nothing was said."""
        data = self._ask("DELETE", f"/v1/sessions/{session}")
        return None if data is None else Answer.of(data)

    def feedback(self, assessment: str, scheme: str, **options: Any) -> str:
        """Keep what a reviewer says an assessed text is (``register``, ``note``); the feedback's id."""
        body = {"assessment": assessment, "scheme": scheme, **options}
        return str(self._ask("POST", "/v1/feedback", body)["id"])

    def record(self, assessment: str) -> Record:
        """All that is kept of an assessment."""
        return Record.of(self._ask("GET", f"/v1/assessments/{assessment}"))

    def replay(self, assessment: str, **options: Any) -> Replay:
        """The decision made again on the kept, masked input; ``options`` are those of the endpoint."""
        return Replay.of(self._ask("POST", f"/v1/assessments/{assessment}/replay", options))

    def model(self) -> dict[str, Any]:
        """What answers, as ``GET /v1/model`` tells it."""
        return dict(self._ask("GET", "/v1/model"))


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

    async def _ask(self, method: str, path: str, body: Any = None, repeatable: bool = True) -> Any:
        tried = 0
        while True:
            outcome: httpx.Response | httpx.TransportError
            try:
                outcome = await self._http.request(method, path, json=body)
                if outcome.is_success:
                    return outcome.json()
            except httpx.TransportError as error:
                outcome = error
            pause = self._pause(tried, repeatable, outcome)
            if pause is None:
                raise failed(outcome)
            await asyncio.sleep(pause)
            tried += 1

    async def assess(self, source: Source, **options: Any) -> Answer:
        """As :meth:`Client.assess`."""
        return Answer.of(await self._ask("POST", "/v1/assess", _item(source, options)))

    async def assess_batch(self, sources: Sequence[Source], **options: Any) -> list[Answer | ServiceError]:
        """As :meth:`Client.assess_batch`."""
        items = [_item(source, options) for source in sources]
        return _batch(await self._ask("POST", "/v1/assess/batch", {"items": items}))

    async def open_session(self, **options: Any) -> str:
        """As :meth:`Client.open_session`."""
        return str((await self._ask("POST", "/v1/sessions", options))["session"])

    async def add_turns(
        self, session: str, turns: Sequence[Mapping[str, Any]], after: int | None = None
    ) -> list[TurnVerdict]:
        """As :meth:`Client.add_turns`."""
        body = _turns(turns, after)
        data = await self._ask("POST", f"/v1/sessions/{session}/turns", body, repeatable=after is not None)
        return [verdict_of(verdict) for verdict in data["verdicts"]]

    async def read_session(self, session: str) -> Answer | None:
        """As :meth:`Client.read_session`."""
        data = await self._ask("GET", f"/v1/sessions/{session}")
        return None if data is None else Answer.of(data)

    async def close_session(self, session: str) -> Answer | None:
        """As :meth:`Client.close_session`."""
        data = await self._ask("DELETE", f"/v1/sessions/{session}")
        return None if data is None else Answer.of(data)

    async def feedback(self, assessment: str, scheme: str, **options: Any) -> str:
        """As :meth:`Client.feedback`."""
        body = {"assessment": assessment, "scheme": scheme, **options}
        return str((await self._ask("POST", "/v1/feedback", body))["id"])

    async def record(self, assessment: str) -> Record:
        """As :meth:`Client.record`."""
        return Record.of(await self._ask("GET", f"/v1/assessments/{assessment}"))

    async def replay(self, assessment: str, **options: Any) -> Replay:
        """As :meth:`Client.replay`."""
        return Replay.of(await self._ask("POST", f"/v1/assessments/{assessment}/replay", options))

    async def model(self) -> dict[str, Any]:
        """As :meth:`Client.model`."""
        return dict(await self._ask("GET", "/v1/model"))
