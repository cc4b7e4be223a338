"""What every request meets first: an id, its key, its limits, its body's size; and what every answer takes along."""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from huashu_api.service import metrics
from huashu_api.service.logs import logger
from huashu_api.service.problems import ServiceError, problem
from huashu_api.service.settings import is_loopback
from huashu_api.service.store.keys import ANYONE, Caller
from huashu_api.service.worker import Service

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

OPEN = frozenset({"/healthz", "/readyz", "/docs", "/docs/style.css", "/openapi.json"})
"""Paths that need no key."""

JUDGING = frozenset({"/v1/assess", "/v1/assess/batch", "/v1/lexicon/test"})
"""Paths whose work goes through the queue and holds a text."""

GONE = 499
"""Status in log and metrics of a request whose sender left before it was whole."""

_PORT = re.compile(r":\d*$")
METHODS = frozenset({"GET", "POST", "DELETE", "HEAD", "WEBSOCKET"})

HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
]


class Front:
    """The outermost layer. A route cannot forget the key, the limits or the headers: they are not its business."""

    def __init__(self, app: Application, service: Callable[[], Service]) -> None:
        self.app, self._service = app, service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        service, start = self._service(), time.perf_counter()
        request_id, status = uuid.uuid4().hex, 0

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                own = [*HEADERS, (b"x-request-id", request_id.encode())]
                message = {**message, "headers": [*message.get("headers", []), *own]}
            await send(message)

        caller: Caller | None = None
        entered = None
        try:
            caller = self._caller(service, scope)
            if scope["path"] not in OPEN:
                service.limits.enter(caller.name)
                entered = caller.name
                if scope["path"] in JUDGING:
                    service.gate.check()  # again at the queue itself; here it spares reading what will be refused
            try:
                async with asyncio.timeout(service.settings.deadline):
                    body = await _body(scope, receive, service.settings.max_body)
            except TimeoutError:
                raise ServiceError(408, "the body did not come in time; send it at once") from None
            if body is None:
                status = GONE
                return
            scope.setdefault("state", {})["caller"] = caller
            await self.app(scope, _replay(body, receive), send_with_headers)
        except ServiceError as error:
            response = problem(error.status, error.detail, error.retry_after)
            if error.status == 401:
                response.headers["www-authenticate"] = "Bearer"
            if error.status in (401, 408, 413, 415, 429):
                response.headers["connection"] = "close"  # the body was not read to its end
            await response(scope, receive, send_with_headers)
        except Exception as error:
            logger.error("unexpected error", exc_info=error, extra={"request": request_id})
            if not status:
                detail = "unexpected error; the server's log has its trace under the request id of this answer"
                await problem(500, detail)(scope, receive, send_with_headers)
        finally:
            if entered is not None:
                service.limits.leave(entered)
            self._tell(scope, status, start, request_id, caller)

    def _tell(self, scope: Scope, status: int, start: float, request_id: str, caller: Caller | None) -> None:
        # The route's template; the path, which may hold anything, only where it is a known one that was refused early.
        path = scope["path"] if scope["path"] in OPEN | JUDGING else "none"
        route = getattr(scope.get("route"), "path", "") or path
        method = scope.get("method", "WEBSOCKET")
        method = method if method in METHODS else "other"
        seconds = time.perf_counter() - start
        metrics.REQUESTS.labels(method, route, str(status)).inc()
        metrics.SECONDS.labels(route).observe(seconds)
        extra = {
            "request": request_id,
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "key": caller.key_id if caller else None,
        }
        logger.info("request", extra=extra)

    def _caller(self, service: Service, scope: Scope) -> Caller:
        if scope["type"] == "http" and scope["path"] in OPEN:
            return ANYONE
        headers = dict(scope["headers"])
        if not service.settings.keys_required:
            # A proxy in front, or a page in a browser here that gave its own name this address, is not this machine.
            host = _PORT.sub("", headers.get(b"host", b"").decode("latin-1")).strip("[]")
            if service.settings.keys == "auto" and not is_loopback(host):
                raise ServiceError(
                    401, "without keys only this machine is answered, by a loopback name; see HUASHU_KEYS"
                )
            return ANYONE
        kind, _, key = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        caller = service.keys.caller(key.strip()) if kind.lower() == "bearer" else None
        if caller is None:
            raise ServiceError(401, "an API key is needed: send Authorization: Bearer KEY (see `huashu keys new`)")
        return caller

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        service, start, request_id = self._service(), time.perf_counter(), uuid.uuid4().hex
        caller = None
        try:
            caller = self._caller(service, scope)
            service.limits.enter(caller.name)
            service.limits.leave(caller.name)  # a call that nobody speaks in is no work: its turns count, one by one
        except ServiceError as error:
            await receive()
            extensions = scope.get("extensions") or {}
            if "websocket.http.response" in extensions:
                body = problem(error.status, error.detail, error.retry_after)
                await body(scope, receive, send)
            else:
                await send({"type": "websocket.close", "code": 1008, "reason": ""})
            self._tell(scope, error.status, start, request_id, caller)
            return
        scope.setdefault("state", {})["caller"] = caller
        status = 101
        try:
            await self.app(scope, receive, send)
        except Exception as error:
            status = 500
            logger.error("unexpected error", exc_info=error, extra={"request": request_id})
            await send({"type": "websocket.close", "code": 1011, "reason": ""})
        finally:
            self._tell(scope, status, start, request_id, caller)


async def _body(scope: Scope, receive: Receive, limit: int) -> bytes | None:
    """The whole body; None when the caller has gone. ServiceError 413 or 415 for one that is not taken."""
    headers = dict(scope["headers"])
    if headers.get(b"content-encoding", b"identity").strip().lower() not in (b"", b"identity"):
        raise ServiceError(415, "compressed bodies are not taken; send plain JSON without Content-Encoding")
    declared = headers.get(b"content-length", b"0")
    too_large = ServiceError(413, f"the body has more than {limit:,} bytes; send a shorter text")
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
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    first: Message | None = {"type": "http.request", "body": body, "more_body": False}

    async def replay() -> Message:
        nonlocal first
        if first is not None:
            message, first = first, None
            return message
        return await receive()

    return replay
