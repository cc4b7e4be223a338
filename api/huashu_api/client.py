"""A client for the service: ``Client``, and ``AsyncClient`` with the same methods to await. Needs ``huashu[client]``.

with Client("http://127.0.0.1:8000", key="hs_...") as client:
    print(client.assess("您的刷卡机到期了").assessment.action)
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

try:
    import httpx2 as httpx
except ImportError:
    raise ImportError("the client needs httpx2; install it with: pip install 'huashu[client]'") from None

from huashu import Assessment, Fact, HuashuError, Reason, TacticSpan
from huashu.result import Stage, Verdict, WhyNot

Source = str | Sequence[Mapping[str, Any]]
RETRIED = frozenset({429, 503})


class ServiceError(HuashuError):
    """The service's refusal: ``status`` and the problem's detail; status 0 when the service could not be reached."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


@dataclass(frozen=True, slots=True)
class Answer:
    """An assessment with how it came about: ``id`` of its record (None when nothing is kept), operating point, version
    of the lexicon, and names for people where a language was asked for."""

    assessment: Assessment
    id: str | None
    operating_point: str
    lexicon_version: int
    names: Mapping[str, Any] | None


def _spans(data: Sequence[Mapping[str, Any]]) -> tuple[TacticSpan, ...]:
    return tuple(TacticSpan(**item) for item in data)


def _answer(data: Mapping[str, Any]) -> Answer:
    plain = {field.name: data[field.name] for field in fields(Assessment)}
    plain |= {
        "tactics": _spans(data["tactics"]),
        "facts": tuple(Fact(**item) for item in data["facts"]),
        "reasons": tuple(Reason(**item) for item in data["reasons"]),
        "timeline": tuple(Stage(item["stage"], tuple(item["moves"])) for item in data["timeline"]),
        "missing": tuple(data["missing"]),
        "notes": tuple(data["notes"]),
    }
    if data["why_not"] is not None:
        plain["why_not"] = WhyNot(**{**data["why_not"], "moves": tuple(data["why_not"]["moves"])})
    return Answer(Assessment(**plain), data["id"], data["operating_point"], data["lexicon_version"], data["names"])


def _verdict(data: Mapping[str, Any]) -> Verdict:
    return Verdict(**{**data, "tactics": _spans(data["tactics"])})


def _item(source: Source, options: Mapping[str, Any]) -> dict[str, Any]:
    return {"text" if isinstance(source, str) else "dialogue": source, **options}


def _error(response: httpx.Response) -> ServiceError:
    try:
        detail = str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = f"the service answered with status {response.status_code}"
    return ServiceError(response.status_code, detail)


def _batch(data: Mapping[str, Any]) -> list[Answer | ServiceError]:
    return [
        _answer(item["assessment"])
        if item["assessment"]
        else ServiceError(item["problem"]["status"], item["problem"]["detail"])
        for item in data["items"]
    ]


class _Base:
    """What both clients share: where to ask, and how long to wait before asking again."""

    def __init__(
        self, url: str, key: str | None = None, *, timeout: float = 30, retries: int = 4, **options: Any
    ) -> None:
        """``timeout`` in seconds for each try; ``retries`` after 429, 503 and broken connections, with growing pauses
        or as long as the service says. A retry after a broken connection can leave a second record. Further options
        go to httpx: ``verify``, ``proxy``, ``transport``."""
        headers = {} if key is None else {"authorization": f"Bearer {key}"}
        self._options: dict[str, Any] = {"base_url": url, "headers": headers, "timeout": timeout, **options}
        self._retries = retries

    def _pause(self, tried: int, response: httpx.Response | None) -> float | None:
        """Seconds until the next try; None when there is none."""
        if tried >= self._retries or (response is not None and response.status_code not in RETRIED):
            return None
        asked = "" if response is None else response.headers.get("retry-after", "")
        return float(asked) if asked.isdigit() else 0.2 * 2**tried * random.uniform(0.5, 1)


class Client(_Base):
    """Asks the service and waits. Safe to share between threads."""

    def __enter__(self) -> Self:
        self._http = httpx.Client(**self._options)
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def _ask(self, method: str, path: str, body: Any = None) -> Any:
        tried = 0
        while True:
            response: httpx.Response | None = None
            failure = ""
            try:
                response = self._http.request(method, path, json=body)
                if response.is_success:
                    return response.json()
            except httpx.TransportError as error:
                failure = type(error).__name__
            pause = self._pause(tried, response)
            if pause is None:
                raise _error(response) if response is not None else ServiceError(0, f"cannot be reached ({failure})")
            time.sleep(pause)
            tried += 1

    def assess(self, source: Source, **options: Any) -> Answer:
        """Judge a text or a list of turns; ``options`` are those of ``POST /v1/assess``. ServiceError when refused."""
        return _answer(self._ask("POST", "/v1/assess", _item(source, options)))

    def assess_batch(self, sources: Sequence[Source], **options: Any) -> list[Answer | ServiceError]:
        """Judge several; a ServiceError stands in the place of one that cannot be judged."""
        items = [_item(source, options) for source in sources]
        return _batch(self._ask("POST", "/v1/assess/batch", {"items": items}))

    def open_session(self, **options: Any) -> str:
        """Begin a live call; its id."""
        return str(self._ask("POST", "/v1/sessions", options)["session"])

    def add_turns(self, session: str, turns: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """The verdict after each turn."""
        return [_verdict(v) for v in self._ask("POST", f"/v1/sessions/{session}/turns", {"turns": turns})["verdicts"]]

    def close_session(self, session: str) -> Answer | None:
        """End a live call; the final verdict, None when nothing was said."""
        data = self._ask("DELETE", f"/v1/sessions/{session}")
        return None if data is None else _answer(data)

    def feedback(self, assessment: str, scheme: str, **options: Any) -> str:
        """Keep what a reviewer says an assessed text is (``register``, ``note``); the feedback's id."""
        body = {"assessment": assessment, "scheme": scheme, **options}
        return str(self._ask("POST", "/v1/feedback", body)["id"])

    def model(self) -> dict[str, Any]:
        """What answers, as ``GET /v1/model`` tells it."""
        return dict(self._ask("GET", "/v1/model"))


class AsyncClient(_Base):
    """As :class:`Client`, to be awaited."""

    async def __aenter__(self) -> Self:
        self._http = httpx.AsyncClient(**self._options)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def _ask(self, method: str, path: str, body: Any = None) -> Any:
        tried = 0
        while True:
            response: httpx.Response | None = None
            failure = ""
            try:
                response = await self._http.request(method, path, json=body)
                if response.is_success:
                    return response.json()
            except httpx.TransportError as error:
                failure = type(error).__name__
            pause = self._pause(tried, response)
            if pause is None:
                raise _error(response) if response is not None else ServiceError(0, f"cannot be reached ({failure})")
            await asyncio.sleep(pause)
            tried += 1

    async def assess(self, source: Source, **options: Any) -> Answer:
        """As :meth:`Client.assess`."""
        return _answer(await self._ask("POST", "/v1/assess", _item(source, options)))

    async def assess_batch(self, sources: Sequence[Source], **options: Any) -> list[Answer | ServiceError]:
        """As :meth:`Client.assess_batch`."""
        items = [_item(source, options) for source in sources]
        return _batch(await self._ask("POST", "/v1/assess/batch", {"items": items}))

    async def open_session(self, **options: Any) -> str:
        """As :meth:`Client.open_session`."""
        return str((await self._ask("POST", "/v1/sessions", options))["session"])

    async def add_turns(self, session: str, turns: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """As :meth:`Client.add_turns`."""
        data = await self._ask("POST", f"/v1/sessions/{session}/turns", {"turns": turns})
        return [_verdict(verdict) for verdict in data["verdicts"]]

    async def close_session(self, session: str) -> Answer | None:
        """As :meth:`Client.close_session`."""
        data = await self._ask("DELETE", f"/v1/sessions/{session}")
        return None if data is None else _answer(data)

    async def feedback(self, assessment: str, scheme: str, **options: Any) -> str:
        """As :meth:`Client.feedback`."""
        body = {"assessment": assessment, "scheme": scheme, **options}
        return str((await self._ask("POST", "/v1/feedback", body))["id"])

    async def model(self) -> dict[str, Any]:
        """As :meth:`Client.model`."""
        return dict(await self._ask("GET", "/v1/model"))
