"""Every route says whom it admits, and a request meets no less."""

from __future__ import annotations

import pytest
from fastapi import APIRouter, FastAPI
from fastapi.testclient import TestClient

from huashu_api.service.admission import Admission, Admissions, admits
from huashu_api.service.app import ROUTERS

OPEN = {"/healthz", "/readyz", "/docs", "/docs/style.css", "/openapi.json"}
JUDGING = {"/v1/assess", "/v1/assess/batch", "/v1/lexicon/test"}


def test_every_route_says_whom_it_admits(application: FastAPI) -> None:
    paths: dict[Admission, set[str]] = {admission: set() for admission in Admission}
    for router in ROUTERS:
        for route in router.routes:
            path = str(getattr(route, "path", ""))
            paths[Admissions([route]).of({"type": "http", "path": path})].add(path)  # TypeError for one that does not
    assert paths[Admission.OPEN] == OPEN
    assert paths[Admission.JUDGING] == JUDGING
    assert paths[Admission.UPLOAD] == {"/v1/files"}
    assert set(application.openapi()["paths"]) <= set.union(*paths.values())


def test_only_open_paths_are_answered_without_a_key(application: FastAPI, service: TestClient) -> None:
    for path, operations in application.openapi()["paths"].items():
        for method in operations:
            status = service.request(method, path, headers={"authorization": ""}).status_code
            assert status == (200 if path in OPEN else 401), path


def test_a_route_that_does_not_say_it_cannot_be_served() -> None:
    router = APIRouter()

    @router.get("/new")
    async def endpoint() -> None: ...

    with pytest.raises(TypeError, match="/new"):
        Admissions(router.routes)


def test_the_routes_of_a_path_have_to_admit_alike() -> None:
    router = APIRouter()

    @router.get("/new")
    @admits(Admission.OPEN)
    async def read() -> None: ...

    @router.post("/new")
    @admits(Admission.KEYED)
    async def write() -> None: ...

    with pytest.raises(TypeError, match="/new"):
        Admissions(router.routes)


def test_a_path_with_parameters_cannot_be_open() -> None:
    router = APIRouter()

    @router.get("/new/{number}")
    @admits(Admission.OPEN)
    async def endpoint() -> None: ...

    with pytest.raises(TypeError, match="/new"):
        Admissions(router.routes)
