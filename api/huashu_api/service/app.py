"""The application: routes behind :class:`Front`, and the worker's service for as long as it runs."""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache, cached_property
from typing import Any

from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse
from pydantic_core import to_json

from huashu import __version__
from huashu_api.service import logs, metrics, problems
from huashu_api.service.answers import Health
from huashu_api.service.middleware import neighbours
from huashu_api.service.middleware.front import Front
from huashu_api.service.middleware.neighbours import HandOver
from huashu_api.service.problems import Problem, ServiceError, responses
from huashu_api.service.requests import EXAMPLE
from huashu_api.service.routes import admin as routes_admin
from huashu_api.service.routes import assess as routes_assess
from huashu_api.service.routes import docs_page
from huashu_api.service.routes import review as routes_review
from huashu_api.service.routes import sessions as routes_sessions
from huashu_api.service.routes.access import Here, Scorer
from huashu_api.service.settings import Settings, read_settings
from huashu_api.service.worker import Service

SWITCH_INTERVAL = 0.0001
"""Seconds after which a judging thread lets the event loop in; the interpreter's 5 ms would add up for refusals."""


class _App(FastAPI):
    """FastAPI whose OpenAPI document knows the model's operating points and this service's limits."""

    @cached_property
    def _document(self) -> dict[str, Any]:
        document = super().openapi()
        schemas = document["components"]["schemas"]
        schemas.setdefault("Problem", Problem.model_json_schema())
        judge = self.state.service.judge
        answer = document["paths"]["/v1/assess"]["post"]["responses"]["200"]["content"]["application/json"]
        answer["example"] = judge.result(EXAMPLE)
        points = list(judge.classifier.manifest.operating_points)
        schemas["BatchRequest"]["properties"]["items"]["maxItems"] = self.state.service.settings.max_batch
        for schema in schemas.values():
            field = schema.get("properties", {}).get("operating_point", {})
            for choice in field.get("anyOf", ()):
                if choice.get("type") == "string":
                    choice["enum"] = points
        return document

    def openapi(self) -> dict[str, Any]:
        return self._document


def create_app(settings: Settings) -> FastAPI:
    """The application with everything open; it is closed when its lifespan ends. InputError or ArtifactError when
    database or model cannot be used."""
    service = Service(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        interval = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_INTERVAL)
        # What was loaded stays: collections that went through all of it would halt everything for tens of milliseconds.
        gc.collect()
        gc.freeze()
        service.start()
        async with neighbours.listening(app, service.sessions.worker):
            yield
        await service.stop()
        metrics.close()
        gc.unfreeze()
        sys.setswitchinterval(interval)

    app = _App(
        title="Huashu 话术",
        version=__version__,
        description="Says whether a Chinese complaint or call transcript shows a fraud script, which one, and where.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=lifespan,
    )
    app.state.service = service
    app.add_middleware(HandOver, service=lambda: service)
    app.add_middleware(Front, service=lambda: service)
    for routes in (routes_assess, routes_sessions, routes_review, routes_admin):
        app.include_router(routes.router)
    _service_routes(app)
    problems.install(app)
    return app


def _service_routes(app: FastAPI) -> None:
    @app.get("/healthz", tags=["service"])
    async def healthz() -> Health:
        """The process is up."""
        return Health()

    @app.get("/readyz", tags=["service"], responses={503: responses()[503]})
    async def readyz(here: Here) -> Health:
        """A model is loaded, the queue has room, the database is there."""
        if not here.ready or here.gate.full:
            raise ServiceError(503, "not ready for more work; try another instance or later", retry_after=1)
        return Health()

    @app.get("/metrics", tags=["service"], responses=responses(), response_class=Response)
    async def prometheus(here: Here, caller: Scorer) -> Response:
        """Figures for Prometheus."""
        metrics.PENDING.set(here.gate.pending)
        metrics.SESSIONS.set(len(here.sessions))
        return Response(metrics.page(), media_type=metrics.CONTENT_TYPE)

    # Made once: these pages are for anybody.
    document = cache(lambda: to_json(app.openapi()))
    page = cache(lambda: docs_page.page(app.openapi()))

    @app.get("/openapi.json", include_in_schema=False)
    async def openapi() -> Response:
        return Response(document(), media_type="application/json")

    @app.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return HTMLResponse(page())

    @app.get("/docs/style.css", include_in_schema=False)
    async def style() -> Response:
        return Response(docs_page.STYLE, media_type="text/css")


def worker() -> FastAPI:
    """What uvicorn calls in each worker: the application by the settings of the environment."""
    logs.configure()
    return create_app(read_settings())
