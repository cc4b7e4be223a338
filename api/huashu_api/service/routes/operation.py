"""Routes for whoever runs the service or reads about it: health, figures, documentation."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse

from huashu_api.service import docs_page, metrics
from huashu_api.service.admission import Admission, admits
from huashu_api.service.answers import Health
from huashu_api.service.openapi import SelfDescribing
from huashu_api.service.problems import ServiceError, responses
from huashu_api.service.routes.access import CurrentWorker, Scorer

router = APIRouter()


def _application(request: Request) -> SelfDescribing:
    application: SelfDescribing = request.app
    return application


Application = Annotated[SelfDescribing, Depends(_application)]


@router.get("/healthz", tags=["service"])
@admits(Admission.OPEN)
async def healthz() -> Health:
    """The process is up."""
    return Health()


@router.get("/readyz", tags=["service"], responses={503: responses()[503]})
@admits(Admission.OPEN)
async def readyz(worker: CurrentWorker) -> Health:
    """The queue has room, and within a second a text can be judged and something written to the database."""
    if not await worker.ready():
        raise ServiceError(503, "not ready for more work; try another instance or later", retry_after=1)
    return Health()


@router.get("/metrics", tags=["service"], responses=responses(), response_class=Response)
@admits(Admission.KEYED)
async def prometheus(worker: CurrentWorker, caller: Scorer) -> Response:
    """Figures for Prometheus."""
    metrics.PENDING.set(worker.gate.pending)
    metrics.SESSIONS.set(len(worker.sessions))
    return Response(metrics.page(), media_type=metrics.CONTENT_TYPE)


@router.get("/openapi.json", include_in_schema=False)
@admits(Admission.OPEN)
async def openapi(application: Application) -> Response:
    return Response(application.openapi_json, media_type="application/json")


@router.get("/docs", include_in_schema=False)
@admits(Admission.OPEN)
async def docs(application: Application) -> HTMLResponse:
    return HTMLResponse(application.docs)


@router.get("/docs/style.css", include_in_schema=False)
@admits(Admission.OPEN)
async def style() -> Response:
    return Response(docs_page.STYLE, media_type="text/css")
