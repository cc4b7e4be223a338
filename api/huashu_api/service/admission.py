"""What a request has to show before its body is read. Each route says it beside its path; the middleware goes by it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any, TypeVar

from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import Scope

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])
_MARK = "admission"


class Admission(Enum):
    """What requests for a path need."""

    OPEN = "nothing"
    KEYED = "a key within its limits"
    JUDGING = "a key within its limits, and room in the queue: the body is a text to judge"
    UPLOAD = "as for judging, and the body is a file"


def admits(admission: Admission) -> Callable[[Endpoint], Endpoint]:
    """Marks an endpoint: requests for its path need ``admission``."""

    def mark(endpoint: Endpoint) -> Endpoint:
        setattr(endpoint, _MARK, admission)
        return endpoint

    return mark


class Admissions:
    """The admission of every path. TypeError for routes that leave it open: nobody can forget to say it."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._by_path: dict[str, Admission] = {}
        for route in routes:
            assert isinstance(route, Route | WebSocketRoute)
            admission = getattr(route.endpoint, _MARK, None)
            if admission is None:
                raise TypeError(f"{route.path}: its endpoint does not say whom it admits")
            if admission is not Admission.KEYED and "{" in route.path:
                raise TypeError(f"{route.path}: only requests for a path without parameters are told apart so early")
            if self._by_path.setdefault(route.path, admission) is not admission:
                raise TypeError(f"{route.path}: its endpoints admit differently")

    def of(self, scope: Scope) -> Admission:
        """What a request needs, whatever its method. A WebSocket, and a path that there is none of, need a key."""
        if scope["type"] != "http":
            return Admission.KEYED
        return self._by_path.get(scope["path"], Admission.KEYED)
