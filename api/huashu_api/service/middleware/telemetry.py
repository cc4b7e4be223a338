"""What log and metrics hold of every request: nothing that a caller sent."""

from __future__ import annotations

import time
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from huashu_api.service import metrics
from huashu_api.service.admission import Admission, Admissions
from huashu_api.service.logs import logger

GONE = 499
"""Status of a request whose sender left before it was whole."""

METHODS = frozenset({"GET", "POST", "DELETE", "HEAD", "WEBSOCKET"})
"""The others are told as "other": a method may be any word."""

_STARTS = ("http.response.start", "websocket.http.response.start")


class Telemetry:
    """Tells of each request when it has ended, by the route's template."""

    def __init__(self, app: ASGIApp, admissions: Admissions) -> None:
        self.app, self._admissions = app, admissions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        start = time.perf_counter()
        # Of a WebSocket that is closed before it was accepted, servers make a 403.
        status = GONE if scope["type"] == "http" else 403

        async def noting_status(message: Message) -> None:
            nonlocal status
            if message["type"] in _STARTS:
                status = message["status"]
            elif message["type"] == "websocket.accept":
                status = 101
            elif message["type"] == "websocket.close" and message.get("code") == 1011:
                status = 500
            await send(message)

        try:
            await self.app(scope, receive, noting_status)
        finally:
            self._report(scope, status, time.perf_counter() - start)

    def _report(self, scope: Scope, status: int, seconds: float) -> None:
        route, method = self._route(scope), scope.get("method", "WEBSOCKET")
        method = method if method in METHODS else "other"
        metrics.REQUESTS.labels(method, route, str(status)).inc()
        metrics.SECONDS.labels(route).observe(seconds)
        state = scope["state"]
        extra = {
            "request": state["request_id"],
            "method": method,
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "key": state["caller"].key_id if "caller" in state else None,
        }
        logger.info("request", extra=extra)

    def _route(self, scope: Scope) -> Any:
        """The route's template; the path, which may hold anything, only where it is a known one that was refused before
        its route."""
        template = getattr(scope.get("route"), "path", "")
        return template or (scope["path"] if self._admissions.of(scope) is not Admission.KEYED else "none")
