"""Whether the service is ready is tried out; whether it lives is another question."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from huashu import ArtifactError, Classifier
from huashu_api.service import worker as workers
from huashu_api.service.app import create_app
from huashu_api.service.settings import Settings
from huashu_api.service.store.database import Store
from huashu_api.service.worker import Worker


@pytest.fixture
def ready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A service that is tried out at every question, and was found ready."""
    monkeypatch.setattr(workers, "TRY_EACH", 0.0)
    monkeypatch.setattr(workers, "READY_SECONDS", 0.5)
    with TestClient(create_app(Settings(data=tmp_path, deadline=1)), base_url="http://localhost") as client:
        assert client.get("/readyz").status_code == 200
        yield client
        assert client.get("/healthz").status_code == 200


def refuses(client: TestClient) -> bool:
    answer = client.get("/readyz")
    return answer.status_code == 503 and bool(answer.headers["retry-after"])


def test_a_store_that_is_locked(ready: TestClient, tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "huashu.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert refuses(ready)
    other.execute("COMMIT")
    other.close()


def test_a_store_that_was_deleted_or_is_another_one(ready: TestClient, tmp_path: Path) -> None:
    (tmp_path / "huashu.db").rename(tmp_path / "gone")
    assert refuses(ready)
    (tmp_path / "huashu.db").write_bytes((tmp_path / "gone").read_bytes())
    assert refuses(ready)


def test_a_store_that_cannot_write(ready: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Store) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(Store, "try_out", full)
    assert refuses(ready)


def test_a_judge_that_is_stuck(ready: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(Classifier, "try_out", lambda self: release.wait(5))
    assert refuses(ready)
    release.set()


def test_a_judge_that_judges_otherwise(ready: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def other(self: Classifier) -> None:
        raise ArtifactError("judges a known text at 0.1 instead of 0.5")

    monkeypatch.setattr(Classifier, "try_out", other)
    assert refuses(ready)


def test_it_is_tried_once_for_all_who_ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []
    monkeypatch.setattr(Store, "try_out", lambda self: tried.append(1))
    with TestClient(create_app(Settings(data=tmp_path)), base_url="http://localhost") as client:
        assert [client.get("/readyz").status_code for _ in range(20)] == [200] * 20
    assert len(tried) <= 2


def test_who_asks_first_does_not_matter(service: TestClient, worker: Worker) -> None:
    assert service.get("/readyz", headers={"authorization": ""}).json() == {"status": "ok"}
