"""The body of a request: read whole, within its limits, before anything looks at it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from huashu_api.service.admission import Admission, Admissions
from huashu_api.service.limits import Budget
from huashu_api.service.problems import ServiceError
from huashu_api.service.settings import Settings


class Body:
    """Hands the body on in one message; ServiceError 408, 413 or 415 for one that is late, too large or compressed,
    429 or 503 where too much is in work already. A sender that leaves before it is whole gets no answer. A path that
    needs no key takes no body."""

    def __init__(self, app: ASGIApp, settings: Settings, budget: Budget, admissions: Admissions) -> None:
        self.app, self._settings, self._budget, self._admissions = app, settings, budget, admissions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        admission = self._admissions.of(scope)
        if admission is Admission.OPEN:
            if _announces_body(scope):
                raise ServiceError(413, "this path takes no body; send none")
            await self.app(scope, receive, send)
            return
        with self._budget.reserve(scope["state"]["caller"].name) as take:
            try:
                async with asyncio.timeout(self._settings.deadline):
                    limit = self._settings.max_file if admission is Admission.UPLOAD else self._settings.max_body
                    body = await _read(scope, receive, limit, take)
            except TimeoutError:
                raise ServiceError(408, "the body did not come in time; send it at once") from None
            if body is not None:
                await self.app(scope, _replay(body, receive), send)


def _announces_body(scope: Scope) -> bool:
    headers = dict(scope["headers"])
    return b"transfer-encoding" in headers or headers.get(b"content-length", b"0").strip(b"0") != b""


async def _read(scope: Scope, receive: Receive, limit: int, take: Callable[[int], None]) -> bytes | None:
    """The whole body, each piece of which is taken from the budget; None when the sender has gone. ServiceError 413
    or 415 for one that is not taken."""
    headers = dict(scope["headers"])
    if headers.get(b"content-encoding", b"identity").strip().lower() not in (b"", b"identity"):
        raise ServiceError(415, "compressed bodies are not taken; send them without Content-Encoding")
    declared = headers.get(b"content-length", b"0")
    too_large = ServiceError(413, f"the body has more than {limit:,} bytes; send less")
    if declared.isdigit() and int(declared[:20]) > limit:
        raise too_large
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > limit:
            raise too_large
        take(len(chunk))
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    """``receive`` with ``body`` before what it still brings."""
    first: Message | None = {"type": "http.request", "body": body, "more_body": False}

    async def replay() -> Message:
        nonlocal first
        if first is not None:
            message, first = first, None
            return message
        return await receive()

    return replay
