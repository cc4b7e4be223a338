"""The application: layers of middleware around routes, and what a worker holds for as long as it runs."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware import Middleware

from huashu import __version__
from huashu_api.service import logs, metrics, problems
from huashu_api.service.admission import Admissions
from huashu_api.service.connections import limit_connections
from huashu_api.service.middleware import neighbours
from huashu_api.service.middleware.body import Body
from huashu_api.service.middleware.browsers import Browsers
from huashu_api.service.middleware.failures import Failures
from huashu_api.service.middleware.headers import Headers
from huashu_api.service.middleware.keys import Keys
from huashu_api.service.middleware.limits import Limits
from huashu_api.service.middleware.neighbours import HandOver
from huashu_api.service.middleware.telemetry import Telemetry
from huashu_api.service.openapi import SelfDescribing
from huashu_api.service.routes import admin, assess, files, operation, review, sessions
from huashu_api.service.settings import Settings, read_settings
from huashu_api.service.worker import Worker

LAST_SECONDS = 10.0
"""Seconds that work has to end when the service ends and the time for accepted requests is over."""
SWITCH_INTERVAL = 0.0001
"""Seconds after which a judging thread lets the event loop in; the interpreter's 5 ms would add up for refusals."""

ROUTERS = (assess.router, files.router, sessions.router, review.router, admin.router, operation.router)


def create_app(settings: Settings) -> FastAPI:
    """The application with everything open; it is closed when its lifespan ends. InputError or ArtifactError when
    database or model cannot be used."""
    admissions = Admissions(route for router in ROUTERS for route in router.routes)
    worker = Worker(settings)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        interval = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_INTERVAL)
        # What was loaded stays: collections that went through all of it would halt everything for tens of milliseconds.
        gc.collect()
        gc.freeze()
        worker.start()
        async with neighbours.listening(app, worker.sessions.worker):
            yield
        last = _last_resort()
        await worker.stop()
        last.cancel()
        metrics.close()
        gc.unfreeze()
        sys.setswitchinterval(interval)

    app = SelfDescribing(
        title="Huashu 话术",
        version=__version__,
        description="Says whether a Chinese complaint or call transcript shows a fraud script, which one, and where.",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,  # a redirect would repeat the Host that was sent
        lifespan=lifespan,
        middleware=[  # the outermost first: what a request meets on its way in, from top to bottom
            Middleware(Headers),
            Middleware(Telemetry, admissions),
            Middleware(Failures),
            Middleware(Browsers),
            Middleware(Keys, worker, admissions),
            Middleware(Limits, worker, admissions),
            Middleware(Body, settings, worker.budget, admissions),
            Middleware(HandOver, worker),
        ],
    )
    app.state.worker = worker
    for router in ROUTERS:
        app.include_router(router)
    problems.install(app)
    return app


def _last_resort() -> threading.Timer:
    """Ends the process where work does not let itself be cut off: SIGTERM always ends it."""
    timer = threading.Timer(LAST_SECONDS, os._exit, (1,))
    timer.daemon = True
    timer.start()
    return timer


def worker() -> FastAPI:
    """What uvicorn calls in each worker: the application by the settings of the environment."""
    logs.configure()
    settings = read_settings()
    limit_connections(settings.connections, settings.connections_each)
    return create_app(settings)
