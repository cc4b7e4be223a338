"""Answers where the layers inside refuse a request or break down."""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from huashu_api.service.logs import logger
from huashu_api.service.problems import ServiceError, problem

HELD = 2.0
"""Seconds after which a caller that asks for too much is told so: it cannot keep the service busy with refusals."""
_BODY_LEFT = frozenset({401, 403, 408, 413, 415, 429, 503})
"""Statuses of refusals before the body was read to its end."""


class Failures:
    """Makes a :class:`ServiceError` its problem and any other exception a 500, with its trace in the log alone."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":  # what goes wrong at the start is the server's to tell
            await self.app(scope, receive, send)
            return
        started = False

        async def noting_start(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, noting_start)
        except ServiceError as error:
            await (_refuse if scope["type"] == "http" else _deny)(error, scope, receive, send)
        except Exception as error:
            if scope["type"] == "websocket" and isinstance(error, OSError | WebSocketDisconnect):
                return  # the other side has gone
            logger.error("unexpected error", exc_info=error, extra={"request": scope["state"]["request_id"]})
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1011, "reason": ""})
            elif not started:
                detail = "unexpected error; the server's log has its trace under the request id of this answer"
                await problem(500, detail)(scope, receive, send)


async def _refuse(error: ServiceError, scope: Scope, receive: Receive, send: Send) -> None:
    if error.status == 429:
        await asyncio.sleep(HELD)
    response = problem(error.status, error.detail, error.retry_after)
    if error.status == 401:
        response.headers["www-authenticate"] = "Bearer"
    if error.status in _BODY_LEFT:
        response.headers["connection"] = "close"
    await response(scope, receive, send)


async def _deny(error: ServiceError, scope: Scope, receive: Receive, send: Send) -> None:
    """Refuses a WebSocket, with a problem where the server can send one."""
    await receive()
    if "websocket.http.response" in (scope.get("extensions") or {}):
        await problem(error.status, error.detail, error.retry_after)(scope, receive, send)
    else:
        await send({"type": "websocket.close", "code": 1008, "reason": ""})
