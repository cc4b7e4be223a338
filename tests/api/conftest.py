"""A service in this process, for the tests of the service and of its client."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from huashu_api.service.app import create_app
from huashu_api.service.settings import Settings
from huashu_api.service.store.keys import Role, create
from huashu_api.service.worker import Worker


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """A service with storage and keys on."""
    data = tmp_path_factory.mktemp("service")
    return create_app(Settings(data=data, keys="on", store=True, rate=1e6, max_batch=20, max_sessions=5000))


@pytest.fixture(scope="module")
def worker(application: FastAPI) -> Worker:
    """The inside of :func:`service`."""
    worker: Worker = application.state.worker
    return worker


@pytest.fixture(scope="module")
def service(application: FastAPI, worker: Worker) -> Iterator[TestClient]:
    """The running :func:`application`, called with an admin's key."""
    key = create(worker.store, "tests", Role.admin)
    worker.keys.refresh()
    with TestClient(application, raise_server_exceptions=False, headers={"authorization": f"Bearer {key}"}) as client:
        yield client
