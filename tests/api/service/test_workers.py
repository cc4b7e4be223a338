"""Real servers of several workers, and commands beside them: models, keys and live calls reach every one."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from commands import HUASHU
from huashu import Classifier
from huashu_api.service import metrics
from huashu_training.train import Training

from .processes import serving, wait_until
from .texts import CALL, EXAMPLE

pytestmark = pytest.mark.slow


def test_models_change_under_load_without_a_failed_request(
    tmp_path: Path, classifier: Classifier, tiny: Training
) -> None:
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
                    return versions == {classifier.version}

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
        for number, turn in enumerate(CALL):
            for call in calls:
                heard = ask("POST", f"/v1/sessions/{call}/turns", {"turns": [turn], "after": number})
                assert (heard.status_code, heard.json()["turns"]) == (200, number + 1)
        again = ask("POST", f"/v1/sessions/{calls[0]}/turns", {"turns": CALL[-1:], "after": len(CALL) - 1})
        assert (again.status_code, again.headers["content-type"]) == (409, "application/problem+json")
        whole = ask("POST", "/v1/assess", {"dialogue": CALL}).json()
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


def test_workers_end_with_the_process_that_looks_after_them(tmp_path: Path) -> None:
    with serving(tmp_path, workers=2, keys="on") as server:
        os.kill(server.process.pid, signal.SIGKILL)
        server.process.wait(10)

        def gone() -> bool:
            try:
                httpx.get(f"{server.url}/healthz", timeout=5)
            except httpx.TransportError:
                return True
            return False

        wait_until(gone)


def test_figures_of_a_worker_that_was_killed_are_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    for owner in (dead.pid, os.getpid()):
        (tmp_path / f"gauge_livesum_{owner}.db").write_bytes(bytes(4096))
    monkeypatch.setenv(metrics.FOLDER, str(tmp_path))
    metrics.page()
    assert [path.name for path in tmp_path.iterdir()] == [f"gauge_livesum_{os.getpid()}.db"]
