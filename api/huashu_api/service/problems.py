"""Errors as problem details (RFC 9457). They say what was wrong and what to do, and never repeat what was sent."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException

from huashu import InputError
from huashu_api.service.logs import logger

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


class ServiceError(Exception):
    """Ends a request with ``status`` and ``detail``, which must not hold anything that the caller sent."""

    def __init__(self, status: int, detail: str, retry_after: int | None = None) -> None:
        super().__init__(status, detail, retry_after)  # so that it can pass between processes
        self.status, self.detail, self.retry_after = status, detail, retry_after

    def __str__(self) -> str:
        return self.detail


def details(status: int, detail: str) -> Problem:
    """The problem of this status with its usual title."""
    return Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)


def problem(status: int, detail: str, retry_after: int | None = None) -> JSONResponse:
    """A problem response; ``retry_after`` in seconds becomes its header."""
    headers = None if retry_after is None else {"retry-after": str(retry_after)}
    return JSONResponse(details(status, detail).model_dump(), status, headers, MEDIA_TYPE)


_WHAT = {
    400: "The body is not JSON in UTF-8",
    401: "No API key, or not a valid one",
    403: "The key's role does not allow this",
    404: "There is no such thing",
    409: "It does not fit the present state",
    413: "The body is too large",
    415: "The body is not plain JSON",
    422: "The request or the text cannot be used",
    429: "Too many requests of this key",
    503: "The service has too much to do; see Retry-After",
}


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For OpenAPI: what a route answers with besides success; those that every route may give are added."""
    schema = {"$ref": "#/components/schemas/Problem"}
    return {
        status: {"description": _WHAT[status], "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in sorted({400, 401, 403, 413, 415, 422, 429, 503, *statuses})
    }


def describe(error: Any) -> str:
    """Where and what of a pydantic error, the first five; without the input, which must not come back.

    Names of unknown fields are the caller's words too: such a place is told by the object that holds it.
    """
    parts = []
    for item in error.errors()[:5]:
        place = item["loc"][:-1] if item["type"] == "extra_forbidden" else item["loc"]
        message = "has a field that is not known here" if item["type"] == "extra_forbidden" else item["msg"]
        parts.append(f"{'.'.join(map(str, place))}: {message}")
    return "; ".join(parts)


def install(app: FastAPI) -> None:
    """Make every error of ``app`` a problem response."""

    @app.exception_handler(ServiceError)
    async def service_error(request: Request, error: ServiceError) -> Response:
        return problem(error.status, error.detail, error.retry_after)

    @app.exception_handler(SQLAlchemyError)
    async def store_error(request: Request, error: SQLAlchemyError) -> Response:
        logger.error("the database failed", exc_info=error)
        return problem(503, "the records cannot be written or read now; send the request again later", 5)

    @app.exception_handler(InputError)
    async def input_error(request: Request, error: InputError) -> Response:
        return problem(422, str(error))

    @app.exception_handler(RequestValidationError)
    async def validation_error(request: Request, error: RequestValidationError) -> Response:
        return problem(422, describe(error))

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        if error.status_code == 400:
            return problem(400, "the body cannot be read; send JSON in UTF-8 and nothing after it")
        response = problem(error.status_code, str(error.detail))
        if error.status_code == 405:
            # Starlette tells the methods of the first route of a path only.
            response.headers["allow"] = ", ".join(_methods(app.openapi()["paths"], request.url.path))
        return response


def _methods(paths: dict[str, Any], path: str) -> list[str]:
    """The methods that an OpenAPI document has for ``path``; a path without parameters goes before a template."""
    if path in paths:
        return [method.upper() for method in paths[path]]
    parts = path.split("/")
    for template, methods in paths.items():
        wanted = template.split("/")
        if len(wanted) == len(parts) and all(
            want.startswith("{") or want == part for want, part in zip(wanted, parts, strict=True)
        ):
            return [method.upper() for method in methods]
    return ["GET"]
