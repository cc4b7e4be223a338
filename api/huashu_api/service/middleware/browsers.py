"""Pages of other sites that a browser here has open: they may not change anything, nor speak in a call."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from huashu_api.service.problems import ServiceError

_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN = frozenset({b"same-origin", b"none"})
"""Values of Sec-Fetch-Site of what a page of the service itself, or its user, asked for."""


class Browsers:
    """ServiceError 403 for a request that changes something, or a WebSocket, that a page of another origin sent,
    with or without a key. Browsers say so themselves (Origin, Sec-Fetch-Site); other clients send neither."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" or (scope["type"] == "http" and scope["method"] not in _READING):
            headers = dict(scope["headers"])
            origin = headers.get(b"origin")
            foreign = origin is not None and _place(origin) != headers.get(b"host", b"").decode("latin-1").lower()
            if foreign or headers.get(b"sec-fetch-site", b"none") not in _OWN:
                raise ServiceError(403, "pages of other sites may not do this; ask from the service's own address")
        await self.app(scope, receive, send)


def _place(origin: bytes) -> str:
    """Host and port of an origin; the scheme may differ behind a proxy that speaks TLS."""
    try:
        return urlsplit(origin.decode("latin-1")).netloc.lower()
    except ValueError:
        return ""
