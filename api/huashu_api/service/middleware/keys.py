"""Whose request it is."""

from __future__ import annotations

import re

from starlette.types import ASGIApp, Receive, Scope, Send

from huashu_api.service.admission import Admission, Admissions
from huashu_api.service.problems import ServiceError
from huashu_api.service.settings import is_loopback
from huashu_api.service.store.keys import ANYONE, Caller
from huashu_api.service.worker import Worker

_PORT = re.compile(r":\d*$")


class Keys:
    """Sets ``caller`` in the request's state; ServiceError 401 for a request without the key that it needs. A route
    cannot forget the key: it only asks for the caller's role."""

    def __init__(self, app: ASGIApp, worker: Worker, admissions: Admissions) -> None:
        self.app, self._worker, self._admissions = app, worker, admissions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            scope["state"]["caller"] = self._caller(scope)
        await self.app(scope, receive, send)

    def _caller(self, scope: Scope) -> Caller:
        if self._admissions.of(scope) is Admission.OPEN:
            return ANYONE
        headers, settings = dict(scope["headers"]), self._worker.settings
        if not settings.keys_required:
            # A proxy in front, or a page in a browser here that gave its own name this address, is not this machine.
            host = _PORT.sub("", headers.get(b"host", b"").decode("latin-1")).strip("[]")
            if settings.keys == "auto" and not is_loopback(host):
                raise ServiceError(
                    401, "without keys only this machine is answered, by a loopback name; see HUASHU_KEYS"
                )
            return ANYONE
        kind, _, key = headers.get(b"authorization", b"").decode("latin-1").partition(" ")
        caller = self._worker.keys.caller(key.strip()) if kind.lower() == "bearer" else None
        if caller is None:
            raise ServiceError(401, "an API key is needed: send Authorization: Bearer KEY (see `huashu keys new`)")
        return caller
