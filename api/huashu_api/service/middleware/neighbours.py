"""Live calls over HTTP with several workers. A call lives in one worker's memory and its id begins with that worker's
name; a worker that gets a request for another's call hands it over through that one's Unix socket. The sockets are in a
folder that only the service's user may enter; who speaks there needs a key all the same."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from huashu_api.service.problems import ServiceError
from huashu_api.service.worker import Worker

FOLDER = "HUASHU_NEIGHBOURS"
"""Environment variable of the folder with the workers' sockets; `huashu serve` sets it for several workers."""

_CALL = re.compile(r"/v1/sessions/([0-9a-f]{8})[0-9a-f]{24}(?:/turns)?")
_ROUTE = SimpleNamespace(path="handed over")
_PASSED = (b"host", b"authorization", b"content-type")
_RETURNED = (b"content-type", b"content-length", b"retry-after", b"allow")
_SPARE = 1.0
"""Seconds beyond the deadline in which the other worker tells that it has passed."""


def folder() -> Path | None:
    """Where the workers' sockets are; None for a worker alone."""
    return Path(os.environ[FOLDER]) if FOLDER in os.environ else None


class HandOver:
    """The innermost layer: answers for calls of other workers by asking them."""

    def __init__(self, app: ASGIApp, worker: Worker) -> None:
        self.app, self._worker, self._folder = app, worker, folder()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._folder is not None and scope["type"] == "http":
            call = _CALL.fullmatch(scope["path"])
            if call and call[1] != self._worker.sessions.worker and scope["method"] in ("GET", "POST", "DELETE"):
                # Where nobody listens the worker has ended, and its calls with it: the route says 404.
                with contextlib.suppress(FileNotFoundError, ConnectionRefusedError):
                    streams = await asyncio.open_unix_connection(str(self._folder / call[1]))
                    scope["route"] = _ROUTE
                    await self._ask(*streams, scope, receive, send)
                    return
        await self.app(scope, receive, send)

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, scope: Scope, receive: Receive, send: Send
    ) -> None:
        body = (await receive())["body"]  # whole: Body has read it
        headers = [(name, value) for name, value in scope["headers"] if name in _PASSED]
        headers += [(b"connection", b"close"), (b"content-length", b"%d" % len(body))]
        lines = [b"%s %s HTTP/1.1" % (scope["method"].encode(), scope["path"].encode())]
        lines += [b"%s: %s" % header for header in headers]
        try:
            async with asyncio.timeout(self._worker.settings.deadline + _SPARE):
                writer.write(b"\r\n".join([*lines, b"", body]))
                answer = await reader.read(-1)
        except (TimeoutError, ConnectionError):
            raise ServiceError(503, "the worker with this session does not answer; try again later", 2) from None
        finally:
            writer.close()
        head, _, content = answer.partition(b"\r\n\r\n")
        first, *rest = head.split(b"\r\n")
        answered = [(name.lower(), value.strip()) for name, _, value in (line.partition(b":") for line in rest)]
        if not first:
            raise ServiceError(503, "the worker with this session has ended", 2)
        returned = [header for header in answered if header[0] in _RETURNED]
        await send({"type": "http.response.start", "status": int(first.split()[1]), "headers": returned})
        await send({"type": "http.response.body", "body": content})


class _Listener(uvicorn.Server):
    """A second server in a process whose signals are the first one's business."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.asynccontextmanager
async def listening(app: Any, worker: str) -> AsyncIterator[None]:
    """Let the other workers reach ``app`` by the name ``worker`` for as long as the block; alone it does nothing."""
    sockets = folder()
    if sockets is None:
        yield
        return
    path = sockets / worker
    config = uvicorn.Config(
        app, uds=str(path), lifespan="off", ws="none", log_config=None, access_log=False, server_header=False
    )
    server = _Listener(config)
    serving = asyncio.create_task(server.serve())
    try:
        yield
    finally:
        server.should_exit = True
        await serving
        path.unlink(missing_ok=True)
