"""How much each caller may ask for, and how much may wait."""

from __future__ import annotations

from starlette.types import ASGIApp, Receive, Scope, Send

from huashu_api.service.admission import Admission, Admissions
from huashu_api.service.worker import Worker


class Limits:
    """Counts requests in and out. ServiceError 429 beyond the caller's limits, 503 where the queue is full."""

    def __init__(self, app: ASGIApp, worker: Worker, admissions: Admissions) -> None:
        self.app, self._worker, self._admissions = app, worker, admissions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        admission = self._admissions.of(scope)
        if scope["type"] == "lifespan" or admission is Admission.OPEN:
            await self.app(scope, receive, send)
            return
        caller = scope["state"]["caller"].name
        with self._worker.limits.request(caller):
            if admission in (Admission.JUDGING, Admission.UPLOAD):
                self._worker.gate.check(
                    caller
                )  # again at the queue itself; here it spares reading what will be refused
            if scope["type"] == "http":
                await self.app(scope, receive, send)
        if scope["type"] == "websocket":  # one that nobody speaks in is no work: its messages count, one by one
            await self.app(scope, receive, send)
