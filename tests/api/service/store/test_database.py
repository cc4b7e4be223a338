"""The database: brought up to date at the start, with what is in it."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from fastapi.testclient import TestClient

from huashu import InputError, Stage, WhyNot
from huashu_api.service.app import create_app
from huashu_api.service.settings import Settings
from huashu_api.service.store.database import Store
from huashu_api.service.store.keys import all_keys
from huashu_api.service.store.tables import Base
from texts import CASES


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """The folder of a service whose database was made by the first version of the tables, with something in each."""
    with sqlite3.connect(tmp_path / "huashu.db") as database:
        database.executescript((CASES / "store_0001.sql").read_text(encoding="utf-8"))
    database.close()
    return tmp_path


def test_a_database_of_the_first_version_goes_on(first: Path) -> None:
    application = create_app(Settings(data=first, keys="off", store=True))
    assert [key.name for key in all_keys(application.state.worker.store)] == ["tests"]
    with TestClient(application) as service:
        assert [entry["phrase"] for entry in service.get("/v1/lexicon").json()["entries"]] == ["芝麻开门"]
        entry = {"phrase": "换机激活金", "scheme": "upgrade_fee", "weight": 3}
        assert service.post("/v1/lexicon/phrases", json=entry).json()["version"] == 4
        assert service.post("/v1/assess", json={"text": "您好"}).json()["id"]
        with application.state.worker.store.reading() as session:
            (record,) = session.connection().exec_driver_sql("SELECT assessment_id FROM feedback").scalars()
        kept = service.get(f"/v1/assessments/{record}").json()
        assert [item["note"] for item in kept["feedback"]] == ["a question"]
        # These had fields of other names.
        why_not, timeline = kept["result"]["why_not"], kept["result"]["timeline"]
        assert WhyNot(**why_not).because == "tactics"
        assert [step.stage for step in (Stage(**step) for step in timeline) if step.spans] == ["pretext", "swipe"]
        version = service.get("/v1/model").json()["version"]
        replay = service.post(f"/v1/assessments/{record}/replay", json={"model_version": version}).json()
        assert replay["recorded"] == kept["result"]


def test_a_new_database_has_the_tables_that_the_service_uses(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'huashu.db'}")
    with store.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Base.metadata) == []
    store.close()


def test_a_database_that_cannot_be_opened_is_told_without_its_password(tmp_path: Path) -> None:
    (tmp_path / "huashu.db").write_bytes(b"no database" * 100)
    with pytest.raises(InputError, match=r"huashu\.db: cannot be used"):
        Store.open(f"sqlite:///{tmp_path / 'huashu.db'}")
    with pytest.raises(InputError) as refused:
        Store.open("postgresql+psycopg://huashu:hunter2@127.0.0.1:1/x")
    assert "hunter2" not in str(refused.value)


def test_a_database_of_a_newer_version_is_told(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'huashu.db'}"
    Store.open(url).close()
    with sqlite3.connect(tmp_path / "huashu.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.close()
    with pytest.raises(InputError, match="was written by a newer Huashu; upgrade, or name another database"):
        Store.open(url)
