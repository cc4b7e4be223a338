"""What routes ask for: the worker that they run in, and a caller whose role suffices."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import HTTPBearer
from starlette.requests import HTTPConnection

from huashu_api.service.problems import ServiceError
from huashu_api.service.store.keys import Caller, Role
from huashu_api.service.worker import Worker


def _current_worker(connection: HTTPConnection) -> Worker:
    worker: Worker = connection.app.state.worker
    return worker


# The key itself is checked in middleware/keys.py, before a byte of the body is read; this tells OpenAPI of it.
_DOCUMENTED = HTTPBearer(auto_error=False, description="an API key made by `huashu keys new`")


def allowed(role: Role) -> Any:
    """The caller, if its role is ``role`` or more; ServiceError 403 otherwise."""

    async def allowed_caller(request: Request, _: Annotated[Any, Depends(_DOCUMENTED)]) -> Caller:
        caller: Caller = request.state.caller
        if caller.role < role:
            raise ServiceError(
                403, f"this needs a key with the role {role.name}; this key's role is {caller.role.name}"
            )
        return caller

    return Depends(allowed_caller)


CurrentWorker = Annotated[Worker, Depends(_current_worker)]
Scorer = Annotated[Caller, allowed(Role.score)]
Reviewer = Annotated[Caller, allowed(Role.review)]
Admin = Annotated[Caller, allowed(Role.admin)]
