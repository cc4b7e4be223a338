"""Records: kept when they are to be, gone when their time is over, and told of when the database is away."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from huashu_api.service.app import create_app
from huashu_api.service.settings import Settings
from huashu_api.service.store.records import Records
from huashu_api.service.store.tables import Record
from huashu_api.service.worker import Worker

from ..texts import EXAMPLE


def test_nothing_is_kept_with_storage_off(tmp_path: Path) -> None:
    app = create_app(Settings(data=tmp_path))
    with TestClient(app, base_url="http://localhost") as client:
        assert client.post("/v1/assess", json={"text": EXAMPLE}).json()["id"] is None
        with app.state.worker.store.reading() as session:
            assert session.scalars(select(Record)).all() == []


def test_records_end_with_their_retention_period(service: TestClient, worker: Worker) -> None:
    records = worker.records
    answer = service.post("/v1/assess", json={"text": EXAMPLE}).json()
    records.forget(1)
    assert service.get(f"/v1/assessments/{answer['id']}").status_code == 200
    assert records.forget(-1) >= 1
    assert service.get(f"/v1/assessments/{answer['id']}").status_code == 404


def test_a_database_that_is_away_is_told_and_not_an_alarm(service: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> None:
        raise OperationalError("INSERT", {"input": "secret"}, Exception("secret"))

    monkeypatch.setattr(Records, "keep", away)
    answer = service.post("/v1/assess", json={"text": EXAMPLE})
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "secret" not in answer.text
