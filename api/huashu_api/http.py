"""The HTTP service: one classifier, typed endpoints, errors as RFC 9457 problem details."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Request, Response
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, model_validator
from starlette.exceptions import HTTPException

from huashu import Assessment, Classifier, InputError, __version__
from huashu.dialogue import MAX_CHARACTERS

MAX_BODY = 8 * MAX_CHARACTERS
"""Largest request body in bytes: the longest text, each character as an escape sequence, and room for JSON."""

EXAMPLE = (
    "上周接到电话，自称是刷卡机总部的售后，说我这台机器用满半年要到期，不换的话费率会涨，刷卡还不到账，免费给我寄一台新的。"
    "加了微信，新机寄来后叫我先刷一千激活，结果到账少了299，他说是升级服务费，一个月后返还。现在找他退钱，一直推脱，还把我拉黑了。"
)


class Turn(BaseModel):
    """One turn of a dialogue, as call-centre quality systems write it."""

    model_config = ConfigDict(extra="allow")

    role: str = Field("unknown", description="客服, 客户, 坐席, 用户, … or anything else for unknown")
    words: str = Field(description="what was said")
    begin: int | None = Field(None, description="milliseconds")
    end: int | None = Field(None, description="milliseconds")


class AssessRequest(BaseModel):
    """Exactly one of ``text`` and ``dialogue``."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"text": EXAMPLE}]})

    text: str | None = Field(
        None, description=f"plain text, with or without speaker marks; at most {MAX_CHARACTERS} characters"
    )
    dialogue: list[Turn] | None = Field(None, description="turns of a call")
    operating_point: str | None = Field(
        None, description="name of one of the model's operating points (see `GET /v1/model`); default: the service's"
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> AssessRequest:
        if (self.text is None) == (self.dialogue is None):
            raise ValueError("send either 'text' or 'dialogue'")
        return self


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str


class Health(BaseModel):
    status: str = "ok"


class ModelInfo(BaseModel):
    """What answers: model version, the operating point in use and all that it offers, thresholds of the moves, corpus
    and figures, as training recorded them."""

    huashu: str
    version: str
    operating_point: str
    operating_points: dict[str, Any]
    thresholds: dict[str, Any]
    corpus: dict[str, Any]
    metrics: dict[str, Any]
    files: dict[str, str]


def _classifier(request: Request) -> Classifier:
    classifier: Classifier = request.app.state.classifier
    return classifier


LoadedClassifier = Annotated[Classifier, Depends(_classifier)]


def problem(status: int, detail: str) -> JSONResponse:
    """A problem response; ``detail`` never repeats what the caller sent."""
    content = Problem(title=HTTPStatus(status).phrase, status=status, detail=detail).model_dump()
    return JSONResponse(content, status, media_type="application/problem+json")


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {"application/problem+json": {"schema": Problem.model_json_schema()}}}
    for status, text in ((413, "The body is too large"), (422, "The request or the text cannot be used"))
}


def create_app(classifier: Classifier) -> FastAPI:
    """The application around one loaded classifier."""
    app = FastAPI(
        title="Huashu 话术",
        version=__version__,
        description="Says whether a Chinese complaint or call transcript shows a fraud script, which one, and where.",
    )
    app.state.classifier = classifier
    app.add_middleware(BodyLimit)

    @app.post("/v1/assess", response_model=Assessment, responses=_PROBLEMS, tags=["assess"])
    def assess(body: AssessRequest, model: LoadedClassifier) -> Response:
        """Judge one text or dialogue. Offsets are characters (Unicode code points) of what was sent."""
        # A plain function: FastAPI runs it on a thread, so that the event loop stays free.
        source = body.text if body.dialogue is None else [turn.model_dump() for turn in body.dialogue]
        chosen = model if body.operating_point is None else model.at(body.operating_point)
        return JSONResponse(chosen.assess(source or "").to_dict())

    @app.get("/v1/model", tags=["service"])
    def model_info(model: LoadedClassifier) -> ModelInfo:
        """The model that answers, with its thresholds and figures."""
        recorded = {
            name: model.manifest[name] for name in ("operating_points", "thresholds", "corpus", "metrics", "files")
        }
        return ModelInfo(huashu=__version__, version=model.version, operating_point=model.operating_point, **recorded)

    @app.get("/healthz", tags=["service"])
    async def healthz() -> Health:
        """The process is up."""
        return Health()

    @app.exception_handler(InputError)
    async def input_error(request: Request, error: InputError) -> Response:
        return problem(422, str(error))

    @app.exception_handler(RequestValidationError)
    async def validation_error(request: Request, error: RequestValidationError) -> Response:
        # Only places and messages: pydantic's errors also carry the input, which must not come back.
        parts = [
            f"{'.'.join(map(str, item['loc']))}: {item['msg']}"
            for item in jsonable_encoder(error.errors(), exclude={"input", "ctx"})
        ]
        return problem(422, "; ".join(parts[:5]))

    @app.exception_handler(HTTPException)
    async def http_error(request: Request, error: HTTPException) -> Response:
        response = problem(error.status_code, str(error.detail))
        response.headers.update(error.headers or {})
        return response

    @app.exception_handler(Exception)
    async def unexpected(request: Request, error: Exception) -> Response:
        return problem(500, "unexpected error; the server's log has its trace")

    return app


Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class BodyLimit:
    """Refuses bodies over ``MAX_BODY`` bytes with 413, by the declared length or as soon as more has arrived."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]]) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            chunk = message.get("body", b"")
            size += len(chunk)
            if size > MAX_BODY:
                refusal = problem(413, f"the body has more than {MAX_BODY:,} bytes; send a shorter text")
                refusal.headers["connection"] = "close"
                await refusal(scope, receive, send)
                return
            chunks.append(chunk)
            if not message.get("more_body", False):
                break
        body: Message | None = {"type": "http.request", "body": b"".join(chunks), "more_body": False}

        async def replay() -> Message:
            nonlocal body
            if body is not None:
                message, body = body, None
                return message
            return await receive()

        await self.app(scope, replay, send)
