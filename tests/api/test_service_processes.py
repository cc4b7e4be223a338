"""Real servers: nothing that was answered is lost, nothing personal is left behind, models change under load."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from processes import HUASHU, has_postgres, postgres, serving
from sqlalchemy import func, select
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from huashu.artifact import SHIPPED
from huashu_api.service.requests import EXAMPLE
from huashu_api.service.store.database import Store
from huashu_api.service.store.tables import Record
from huashu_training.train import Training

POSTS, HANDS = 1000, 8
PLANTED = {
    "id card": "110101199003074514",
    "bank card": "6222020200112233445",
    "mobile": "13912345678",
    "spaced mobile": "139 8765 4321",
    "full-width mobile": "１３７１２３４５６７８",
}


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
    with store.transaction() as session:
        kept = session.scalars(select(Record.id)).all()
        inputs = session.execute(select(func.count(), func.count(Record.digest.distinct())).select_from(Record)).one()
    store.close()
    assert len(returned) >= POSTS - 50
    assert len(set(returned)) == len(returned)
    assert set(returned) <= set(kept)
    assert inputs[0] == inputs[1]  # no complaint twice


def test_personal_numbers_are_left_nowhere(tmp_path: Path) -> None:
    said = "，".join(f"{name}{number}" for name, number in PLANTED.items())
    text = f"客服说机器到期，{said}，微信13912345678，叫我转到6222020200112233445"
    turn = {"role": "客户13912345678", "words": text}
    got: list[str] = []
    with serving(tmp_path, store=True) as server, httpx.Client(base_url=server.url, timeout=30) as client:
        answer = client.post("/v1/assess", json={"text": text})
        masked = client.post("/v1/assess", json={"text": text, "masking": True})
        got.append(masked.text)
        client.post("/v1/assess/batch", json={"items": [{"text": text}, {"dialogue": [turn]}, {"txt": text}, text]})
        session = client.post("/v1/sessions", json={}).json()["session"]
        client.post(f"/v1/sessions/{session}/turns", json={"turns": [turn, turn]})
        client.delete(f"/v1/sessions/{session}")
        client.post("/v1/feedback", json={"assessment": answer.json()["id"], "scheme": "none", "note": text})
        number = PLANTED["mobile"]
        live = server.url.replace("http", "ws") + "/v1/sessions/live"
        with connect(live) as socket:
            for sent in (turn, {"words": {number: 1}}, {"close": True}):
                socket.send(json.dumps(sent))
                answered = json.loads(socket.recv())
                if "detail" in answered:
                    got.append(str(answered))
            got.append(client.get(f"/v1/assessments/{answered['id']}").text)
        with pytest.raises(InvalidStatus) as unopened:
            connect(f"{live}?channel={number}")
        got.append(str(unopened.value.response))
        got.append(client.post(f"/v1/assessments/{answer.json()['id']}/replay", json={}).text)
        for method, path, body in [
            ("POST", "/v1/assess", {"text": 3, number: number}),
            ("POST", "/v1/assess", {"text": "好", "operating_point": number}),
            ("POST", "/v1/assess", {"text": "好", "channel": number}),
            ("POST", "/v1/assess", [text]),
            ("POST", "/v1/assess", {"dialogue": [{"words": {number: 1}}]}),
            ("POST", "/v1/lexicon/phrases", {"phrase": f"打{number}", "scheme": "none", "weight": 1}),
            ("POST", "/v1/feedback", {"assessment": number, "scheme": number}),
            ("POST", "/v1/models/activate", {"version": number}),
            ("POST", "/v1/sessions", {"operating_point": number}),
            ("POST", f"/v1/sessions/{session}/turns", {"turns": [turn], "after": number}),
            ("POST", f"/v1/assessments/{answer.json()['id']}/replay", {"model_version": number}),
            ("GET", f"/v1/assessments/{number}", None),
            ("GET", f"/v1/nowhere/{number}", None),
            ("GET", f"/v1/lexicon?version={number}", None),
            ("DELETE", f"/{number}?text={text}", None),
        ]:
            refused = client.request(
                method,
                path,
                json=body,
                headers={"x-request-id": number, "authorization": f"Bearer hs_{number}_{number}"},
            )
            assert 400 <= refused.status_code < 500, (path, refused.status_code)
            got.append(refused.text + str(refused.headers))
        client.post("/v1/assess", content=f'{{"text": "{text}'.encode())
        got.append(client.get("/metrics").text)
        record = client.get(f"/v1/assessments/{answer.json()['id']}")
        got.append(record.text)
        assert server.stop() in (0, -15)
    left = "".join(got) + "".join(
        path.read_bytes().decode("utf-8", "replace") for path in tmp_path.rglob("*") if path.is_file()
    )
    assert "客服说机器到期" in left  # the store was read
    for name, number in PLANTED.items():
        assert number not in left, name
        assert json.dumps(number)[1:-1] not in left, name


def test_models_change_under_load_without_a_failed_request(tmp_path: Path, tiny: Training) -> None:
    folder = tiny.folder
    versions, failures = set(), []
    with serving(tmp_path, workers=2, store=True) as server:

        def command(*arguments: str) -> None:
            subprocess.run([*HUASHU, "models", *arguments], env=server.environment, check=True, capture_output=True)

        stop = threading.Event()

        def load() -> None:
            with httpx.Client(timeout=30) as client:
                while not stop.is_set():
                    answer = client.post(f"{server.url}/v1/assess", json={"text": EXAMPLE, "evidence": False})
                    if answer.status_code == 200:
                        versions.add(answer.json()["model_version"])
                    else:
                        failures.append(answer.text)

        with ThreadPoolExecutor(3) as pool:
            running = [pool.submit(load) for _ in range(3)]
            try:
                command("activate", str(folder))
                wait_until(lambda: len(versions) == 2)
                for _ in range(2):
                    command("rollback")
                command("activate", "base")

                def all_by_base() -> bool:
                    versions.clear()  # a worker may answer with the other one until it has looked
                    time.sleep(0.3)
                    return versions == {base_version()}

                wait_until(all_by_base)
            finally:
                stop.set()
            for done in running:
                done.result()
        listed = subprocess.run([*HUASHU, "models", "list"], env=server.environment, capture_output=True, text=True)
        assert listed.stdout.splitlines()[0] == "* base"
        assert len(listed.stdout.splitlines()) == 3  # base, its copy for replays, the other
        with httpx.Client(base_url=server.url, headers={"connection": "close"}) as client:
            calls = [client.post("/v1/sessions", json={}).json()["session"] for _ in range(6)]
            asked = [client.get(f"/v1/sessions/{call}").status_code for call in calls * 3]
        assert set(asked) == {200}  # without keys, too, whichever worker is asked
        assert "huashu_assessments_total" in httpx.get(f"{server.url}/metrics").text
        assert server.stop() in (0, -15)
    assert not failures


def test_live_calls_reach_their_worker_whoever_takes_the_request(tmp_path: Path) -> None:
    turns = [{"role": "客服", "words": part} for part in EXAMPLE.split("。") if part]
    with serving(tmp_path, workers=2, store=True, keys="on") as server:
        command = [*HUASHU, "keys", "new", "desk", "--role", "review"]
        made = subprocess.run(command, env=server.environment, check=True, capture_output=True, text=True)
        # Each request on a connection of its own, which any worker may accept.
        headers = {"authorization": f"Bearer {made.stdout.strip()}", "connection": "close"}
        client = httpx.Client(base_url=server.url, headers=headers)

        def ask(method: str, path: str, body: Any = None) -> httpx.Response:
            return client.request(method, path, json=body)

        wait_until(lambda: [ask("GET", "/v1/labels").status_code for _ in range(6)] == [200] * 6)
        calls: list[str] = []

        def both_workers_have_one() -> bool:
            with ThreadPoolExecutor(4) as pool:
                opened = pool.map(lambda _: ask("POST", "/v1/sessions", {}).json()["session"], range(4))
                calls.extend(opened)
            return len({call[:8] for call in calls}) == 2  # where one is asked, the other's is handed over

        wait_until(both_workers_have_one)
        calls[:] = {call[:8]: call for call in calls}.values()
        for number, turn in enumerate(turns):
            for call in calls:
                heard = ask("POST", f"/v1/sessions/{call}/turns", {"turns": [turn], "after": number})
                assert (heard.status_code, heard.json()["turns"]) == (200, number + 1)
        again = ask("POST", f"/v1/sessions/{calls[0]}/turns", {"turns": turns[-1:], "after": len(turns) - 1})
        assert (again.status_code, again.headers["content-type"]) == (409, "application/problem+json")
        whole = ask("POST", "/v1/assess", {"dialogue": turns}).json()
        for call in calls:
            closed = ask("DELETE", f"/v1/sessions/{call}").json()
            assert (closed["risk"], closed["tactics"]) == (whole["risk"], whole["tactics"])
            assert ask("GET", f"/v1/assessments/{closed['id']}").status_code == 200
        for call in (calls[0], calls[0][:8] + "0" * 24, "0" * 32):
            assert ask("GET", f"/v1/sessions/{call}").status_code == 404
        assert client.get(f"/v1/sessions/{calls[0]}", headers={"authorization": ""}).status_code == 401
        assert 'route="handed over"' in ask("GET", "/metrics").text
        client.close()
        assert server.stop() in (0, -15)
    assert "Traceback" not in server.log.read_text()


def test_what_was_accepted_is_finished_before_the_end(tmp_path: Path) -> None:
    with serving(tmp_path, store=True) as server:
        with ThreadPoolExecutor(4) as pool:
            text = EXAMPLE * 100
            answers = [
                pool.submit(httpx.post, f"{server.url}/v1/assess", json={"text": text}, timeout=60) for _ in range(4)
            ]
            wait_until(lambda: "huashu_pending 4.0" in httpx.get(f"{server.url}/metrics").text)
            server.process.terminate()
            assert [answer.result().status_code for answer in answers] == [200] * 4
        server.process.wait(30)


def test_keys_by_the_command_line(tmp_path: Path) -> None:
    with serving(tmp_path, keys="on") as server:

        def run(*arguments: str) -> str:
            done = subprocess.run(
                [*HUASHU, "keys", *arguments], env=server.environment, check=True, capture_output=True, text=True
            )
            return done.stdout.strip()

        def status(key: str) -> int:
            return httpx.get(f"{server.url}/v1/labels", headers={"authorization": f"Bearer {key}"}).status_code

        key = run("new", "hotline desk")
        wait_until(lambda: status(key) == 200)
        key_id = key.split("_")[1]
        assert run("list").split()[:2] == [key_id, "score"]
        assert key.split("_", 2)[2] not in run("list")
        run("revoke", key_id)
        wait_until(lambda: status(key) == 401)


def base_version() -> str:
    manifest: dict[str, Any] = json.loads((SHIPPED / "manifest.json").read_text(encoding="utf-8"))
    return str(manifest["files"]["model.npz"])[:12]


def wait_until(holds: Callable[[], bool]) -> None:
    """Returns when ``holds``; AssertionError when it does not come to that."""
    for _ in range(400):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to that")
