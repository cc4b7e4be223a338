"""Real servers: nothing that was answered is lost."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2 as httpx
import pytest
from sqlalchemy import func, select

from huashu_api.service.store.database import Store
from huashu_api.service.store.tables import Record

from .processes import has_postgres, postgres, serving, wait_until
from .texts import EXAMPLE

pytestmark = pytest.mark.slow

POSTS, HANDS = 1000, 8


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'huashu.db'}"
    elif not has_postgres():
        pytest.skip("no PostgreSQL under /usr/lib/postgresql (apt-get install postgresql)")
    else:
        with postgres() as url:
            yield url


def test_every_id_that_was_returned_is_in_the_store_after_kill_9(database: str, tmp_path: Path) -> None:
    returned: list[str] = []
    with serving(tmp_path, store=True, database_url=database) as server:
        half = threading.Event()

        def post(number: int) -> None:
            with contextlib.suppress(httpx.TransportError):
                body = {"text": f"第{number}件投诉，客服叫我先刷一千激活", "evidence": False}
                answer = clients[number % HANDS].post(f"{server.url}/v1/assess", json=body)
                assert answer.status_code == 200
                returned.append(answer.json()["id"])
                if len(returned) >= POSTS // 2:
                    half.set()

        clients = [httpx.Client(timeout=30) for _ in range(HANDS)]
        with ThreadPoolExecutor(HANDS) as pool:
            first = [pool.submit(post, number) for number in range(POSTS // 2 + 50)]
            assert half.wait(60)
            server.kill()
            for done in first:
                done.result()
            server.start()
            for done in [pool.submit(post, number) for number in range(POSTS // 2 + 50, POSTS)]:
                done.result()
        for client in clients:
            client.close()
    store = Store.open(database.replace("postgresql://", "postgresql+psycopg://"))
    with store.reading() as session:
        kept = session.scalars(select(Record.id)).all()
        inputs = session.execute(select(func.count(), func.count(Record.digest.distinct())).select_from(Record)).one()
    store.close()
    assert len(returned) >= POSTS - 50
    assert len(set(returned)) == len(returned)
    assert set(returned) <= set(kept)
    assert inputs[0] == inputs[1]  # no complaint twice


def test_what_was_accepted_is_finished_before_the_end(tmp_path: Path) -> None:
    with serving(tmp_path, store=True, deadline=120) as server:
        with ThreadPoolExecutor(4) as pool:
            text = EXAMPLE * 400
            answers = [
                pool.submit(httpx.post, f"{server.url}/v1/assess", json={"text": text}, timeout=120) for _ in range(4)
            ]
            wait_until(lambda: "huashu_pending 4.0" in httpx.get(f"{server.url}/metrics").text)
            server.process.terminate()
            assert [answer.result().status_code for answer in answers] == [200] * 4
        server.process.wait(30)
