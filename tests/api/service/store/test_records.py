"""Records: kept when they are to be, gone when their time is over, and told of when the database is away."""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pydantic import ValidationError
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from huashu.interrupt import checked
from huashu.masking import KINDS
from huashu_api.service.app import create_app
from huashu_api.service.judge import Answered, Asked
from huashu_api.service.settings import Settings
from huashu_api.service.store.records import ClockError, Records
from huashu_api.service.store.tables import Record, now
from huashu_api.service.worker import Worker

from ..texts import EXAMPLE, MOBILE


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


def test_the_digest_is_of_what_is_kept(service: TestClient) -> None:
    answer = service.post("/v1/assess", json={"text": f"{EXAMPLE}他的电话{MOBILE}"}).json()
    record = service.get(f"/v1/assessments/{answer['id']}").json()
    assert record["digest"] == hashlib.sha256(record["input"].encode()).hexdigest()
    assert MOBILE not in record["input"]
    assert record["exact"] is False


def test_what_is_hidden_in_records_is_a_setting(tmp_path: Path) -> None:
    text = "我叫王小明，邮箱wangxm@mail.invalid，手机13800138000。"
    for masked, kept in (("", "我叫王小明，邮箱wangxm@mail"), ("email", "我叫王小明，邮箱w*****@mail")):
        app = create_app(Settings(data=tmp_path, store=True, masked=masked))
        with TestClient(app, base_url="http://localhost") as client:
            answer = client.post("/v1/assess", json={"text": text}).json()
            assert client.get(f"/v1/assessments/{answer['id']}").json()["input"] == f"{kept}.invalid，手机138******00。"
    with pytest.raises(ValidationError, match="knows name, address"):
        Settings(data=tmp_path, masked="phone")


@pytest.mark.parametrize("days", [-400, -11, 11, 400])
def test_a_clock_that_jumps_deletes_nothing_until_somebody_says_so(
    service: TestClient, worker: Worker, days: int
) -> None:
    records = worker.records
    answer = service.post("/v1/assess", json={"text": EXAMPLE}).json()
    records.forget(180)
    with pytest.raises(ClockError):
        records.forget(5, now() + timedelta(days=days))
    assert service.get(f"/v1/assessments/{answer['id']}").status_code == 200
    for day in range(0, 9, 3):  # a clock that goes on as it should
        records.forget(180, now() + timedelta(days=day))
    records.accept_clock()
    records.forget(180)


def test_feedback_is_told_by_pages(service: TestClient, worker: Worker) -> None:
    answer = service.post("/v1/assess", json={"text": EXAMPLE}).json()
    for number in range(201):
        worker.records.correct(answer["id"], "none", None, str(number), None)
    pages = [service.get(f"/v1/assessments/{answer['id']}?page={page}").json() for page in (1, 2, 3, 4)]
    assert [len(page["feedback"]) for page in pages] == [100, 100, 1, 0]
    assert {page["feedback_pages"] for page in pages} == {3}
    assert [item["note"] for page in pages for item in page["feedback"]] == [str(number) for number in range(201)]


def test_what_was_cut_off_is_not_kept(worker: Worker) -> None:
    class Ended(Exception):
        pass

    def end() -> None:
        raise Ended

    (outcome,) = worker.judge.answers([Asked(EXAMPLE)], KINDS)
    assert isinstance(outcome, Answered)

    def count() -> int:
        with worker.store.reading() as session:
            return session.scalar(select(func.count()).select_from(Record)) or 0

    before = count()
    with pytest.raises(Ended), checked(end):
        worker.issue([outcome], [None], None)
    assert count() == before


def test_a_store_that_does_not_answer_in_time_is_told_and_keeps_nothing(tmp_path: Path) -> None:
    app = create_app(Settings(data=tmp_path, store=True, deadline=0.5))
    other = sqlite3.connect(tmp_path / "huashu.db", isolation_level=None)
    with TestClient(app, base_url="http://localhost") as client:
        other.execute("BEGIN IMMEDIATE")
        assert client.post("/v1/assess", json={"text": EXAMPLE}).status_code == 503
        other.execute("COMMIT")
        other.close()
        assert client.post("/v1/assess", json={"text": EXAMPLE}).status_code == 200
        with app.state.worker.store.reading() as session:
            assert session.scalar(select(func.count()).select_from(Record)) == 1
