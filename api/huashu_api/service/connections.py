"""Connections as the service takes them: few, soon spoken on, with small heads that say each thing once.

uvicorn bounds the time that an idle connection is kept and the size of a WebSocket's messages; neither it nor httptools
bounds the number of connections, the time and size of a head, or requests sent without reading answers, and a
chunked body's trailers join its headers. A proxy in front does some of it, but the service must not depend on one.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
from collections import Counter
from http import HTTPStatus
from typing import Any, ClassVar

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MAX_HEAD = 16_384
"""Bytes of a request's line and headers."""
READ = 2**18
"""Bytes that asyncio reads at most at a time. A line without an end is noticed so much later."""
MAX_HEADERS = 64
HEAD_SECONDS = 10.0
"""In which a connection has to bring the head of its first request, and a request the rest of its head."""
UNREAD_SECONDS = 30.0
"""After which a connection is closed whose other side does not read."""
MAX_PIPELINED = 8
"""Requests that may wait on a connection for the answer to one before."""
_ONCE = frozenset({b"host", b"authorization", b"content-length", b"content-type", b"transfer-encoding", b"origin"})


class _Refused(Exception):
    """Ends the reading of a request; httptools makes it an error of its own."""


class GuardedProtocol(HttpToolsProtocol):
    """A connection of the service. Limits of their number are set by :func:`limit_connections`."""

    most: ClassVar[int] = 1_000
    most_of_address: ClassVar[int] = 1_000
    _open: ClassVar[Counter[str]] = Counter()
    """By address."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._counted: str | None = None
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._begin_head()
        self._why = HTTPStatus.BAD_REQUEST, "the request is not HTTP"

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        self._counted = address
        self._open[address] += 1
        if self._open.total() > self.most or (self._open[address] > self.most_of_address and not _is_here(address)):
            self._refuse(HTTPStatus.SERVICE_UNAVAILABLE, "too many connections; try again later")
            return
        self._set_timer("head", HEAD_SECONDS, self._head_late)

    def connection_lost(self, exc: Exception | None) -> None:
        self._uncount()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        self._uncount()  # live calls have a limit of their own
        super().handle_websocket_upgrade()

    def data_received(self, data: bytes) -> None:
        if self.transport.is_closing():
            return
        super().data_received(data)
        if not self._head_complete:
            self._raw += len(data)
        if self._raw > MAX_HEAD + READ and not self.transport.is_closing():
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, _LARGE)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._begin_head()
        self._set_timer("head", HEAD_SECONDS, self._head_late)

    def on_url(self, url: bytes) -> None:
        super().on_url(url)
        self._grow(len(url))

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._head_complete:
            self._raise(HTTPStatus.BAD_REQUEST, "trailers are not taken; send headers before the body")
        super().on_header(name, value)
        self._grow(len(name) + len(value) + 4)
        if len(self.headers) > MAX_HEADERS:
            self._raise(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, _LARGE)

    def on_headers_complete(self) -> None:
        self._head_complete = True
        self._clear_timer("head")
        names = Counter(name for name, _ in self.headers)
        if any(names[name] > 1 for name in _ONCE):
            self._raise(HTTPStatus.BAD_REQUEST, "a header that may stand once is there twice")
        coding = dict(self.headers).get(b"transfer-encoding", b"chunked")
        if coding.strip().lower() != b"chunked":
            self._raise(HTTPStatus.BAD_REQUEST, "the only transfer coding taken is chunked")
        super().on_headers_complete()
        if len(self.pipeline) > MAX_PIPELINED:
            self._raise(HTTPStatus.TOO_MANY_REQUESTS, "too many requests without reading the answers")

    def pause_writing(self) -> None:
        super().pause_writing()
        self._set_timer("unread", UNREAD_SECONDS, self._unread)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._clear_timer("unread")

    def send_400_response(self, msg: str) -> None:
        """Called where httptools cannot go on, also because a callback above refused the request."""
        self._refuse(*self._why)

    def _begin_head(self) -> None:
        self._head_complete, self._size, self._raw = False, 0, 0

    def _grow(self, size: int) -> None:
        self._size += size
        if self._size > MAX_HEAD:
            self._raise(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, _LARGE)

    def _raise(self, status: HTTPStatus, detail: str) -> None:
        self._why = status, detail
        raise _Refused

    def _refuse(self, status: HTTPStatus, detail: str) -> None:
        """Answer with a problem, where no other answer is on its way, and close."""
        for name in tuple(self._timers):
            self._clear_timer(name)
        if self.cycle is None or self.cycle.response_complete or not self.cycle.response_started:
            self.transport.write(_problem(status, detail))
            if self.cycle is not None:
                self.cycle.disconnected = True
                self.cycle.message_event.set()
        self.pipeline.clear()
        self.transport.close()

    def _head_late(self) -> None:
        if self._raw or self._size:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT, "the request's head did not come in time")
        else:
            self.transport.close()

    def _unread(self) -> None:
        self.transport.abort()

    def _set_timer(self, name: str, seconds: float, act: Any) -> None:
        self._clear_timer(name)
        self._timers[name] = self.loop.call_later(seconds, act)

    def _clear_timer(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer is not None:
            timer.cancel()

    def _uncount(self) -> None:
        for name in tuple(self._timers):
            self._clear_timer(name)
        if self._counted is not None:
            self._open[self._counted] -= 1
            if not self._open[self._counted]:
                del self._open[self._counted]
            self._counted = None


_LARGE = f"the request's head has more than {MAX_HEAD:,} bytes or {MAX_HEADERS} headers"


def limit_connections(most: int, most_of_address: int) -> None:
    """Of this process: ``most`` in all and of one address; from this machine itself, where a proxy may stand, only in
    all."""
    GuardedProtocol.most, GuardedProtocol.most_of_address = most, most_of_address


def _is_here(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return True  # a Unix socket


def _problem(status: HTTPStatus, detail: str) -> bytes:
    body = json.dumps({"type": "about:blank", "title": status.phrase, "status": status, "detail": detail}).encode()
    lines = (
        f"HTTP/1.1 {status} {status.phrase}",
        "content-type: application/problem+json",
        f"content-length: {len(body)}",
        "connection: close",
    )
    return "\r\n".join([*lines, "", ""]).encode() + body
