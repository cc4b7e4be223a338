"""The HTTP service: typed answers, problem details for everything else, and an event loop that stays free."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx2 as httpx
import pytest
from fastapi.testclient import TestClient

from huashu import Classifier
from huashu_api.http import EXAMPLE, MAX_BODY, create_app


@pytest.fixture(scope="module")
def client(classifier: Classifier) -> Iterator[TestClient]:
    with TestClient(create_app(classifier), raise_server_exceptions=False) as client:
        yield client


def test_assess_returns_the_assessment(client: TestClient, classifier: Classifier) -> None:
    answer = client.post("/v1/assess", json={"text": EXAMPLE})
    assert answer.status_code == 200
    assert answer.json() == json.loads(json.dumps(classifier.assess(EXAMPLE).to_dict()))
    assert (answer.json()["action"], answer.json()["scheme"]) == ("alert", "upgrade_fee")


def test_assess_takes_a_dialogue(client: TestClient) -> None:
    turns = [
        {"role": "客服", "words": "您的机器到期了，免费换新", "begin": 0, "end": 10},
        {"role": "客户", "words": "哦"},
    ]
    answer = client.post("/v1/assess", json={"dialogue": turns})
    assert answer.status_code == 200
    assert all(span["turn"] == 0 for span in answer.json()["tactics"])


def test_model_and_health(client: TestClient, classifier: Classifier) -> None:
    model = client.get("/v1/model").json()
    assert model["version"] == classifier.version
    point = model["operating_points"][model["operating_point"]]
    assert 0 < point["review"] <= point["alert"] < 1
    assert client.get("/healthz").json() == {"status": "ok"}


def test_a_request_chooses_its_operating_point(client: TestClient, classifier: Classifier) -> None:
    for name in classifier.manifest["operating_points"]:
        answer = client.post("/v1/assess", json={"text": EXAMPLE, "operating_point": name})
        assert answer.json()["action"] == classifier.at(name).assess(EXAMPLE).action
    unknown = client.post("/v1/assess", json={"text": EXAMPLE, "operating_point": "night"})
    assert unknown.status_code == 422
    assert "balanced, strict, wide" in unknown.json()["detail"]


BAD_BODIES: list[tuple[str, bytes]] = [
    ("empty body", b""),
    ("broken json", b"{"),
    ("list", b"[]"),
    ("null", b"null"),
    ("no text", b"{}"),
    ("empty text", b'{"text": ""}'),
    ("blank text", b'{"text": " \\n\\u3000"}'),
    ("number", b'{"text": 3}'),
    ("null text", b'{"text": null}'),
    ("both", '{"text": "好", "dialogue": []}'.encode()),
    ("unknown field", '{"text": "好", "txt": "好"}'.encode()),
    ("lone surrogate", b'{"text": "\\ud800"}'),
    ("invalid utf-8", b'{"text": "\xff"}'),
    ("too long", json.dumps({"text": "长" * 200_001}, ensure_ascii=False).encode()),
    ("empty dialogue", b'{"dialogue": []}'),
    ("turn without words", b'{"dialogue": [{"role": "x"}]}'),
    ("time as text", '{"dialogue": [{"words": "好", "begin": "now"}]}'.encode()),
    ("huge number", b'{"dialogue": [{"words": "x", "begin": 1e999}]}'),
    ("deep", b'{"text": ' + b"[" * 5000 + b"]" * 5000 + b"}"),
    ("nan", b'{"text": NaN}'),
]


@pytest.mark.parametrize("body", [body for _, body in BAD_BODIES], ids=[name for name, _ in BAD_BODIES])
def test_bad_bodies_are_problems_not_crashes(client: TestClient, body: bytes) -> None:
    answer = client.post("/v1/assess", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 413, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["title"]
    assert problem["detail"]


def test_problems_do_not_repeat_what_was_sent(client: TestClient) -> None:
    secret = "110101199003074***"
    answer = client.post("/v1/assess", json={"text": [secret], "card": secret})
    assert answer.status_code == 422
    assert secret not in answer.text


def test_bodies_over_the_limit_are_refused(client: TestClient) -> None:
    answer = client.post("/v1/assess", content=b'{"text": "' + b"a" * MAX_BODY + b'"}')
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("GET", "/v1/assess", 405), ("DELETE", "/healthz", 405)]
)
def test_wrong_paths_and_methods_are_problems(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("text", ["hello", "\u0000好", "1" * 1000, "机器" * 50_000], ids=lambda text: text[:6])
def test_strange_texts_get_an_answer(client: TestClient, text: str) -> None:
    assert client.post("/v1/assess", json={"text": text}).status_code == 200


def test_an_unexpected_error_shows_no_trace(classifier: Classifier, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Classifier, "assess", fail)
    with TestClient(create_app(classifier), raise_server_exceptions=False) as client:
        answer = client.post("/v1/assess", json={"text": "您好"})
    assert answer.status_code == 500
    assert "secret" not in answer.text


def test_openapi_carries_a_real_example_and_typed_results(client: TestClient) -> None:
    schema = client.get("/openapi.json").json()
    assert schema["components"]["schemas"]["AssessRequest"]["examples"] == [{"text": EXAMPLE}]
    assert {"action", "risk", "tactics", "reasons"} <= set(schema["components"]["schemas"]["Assessment"]["properties"])


def test_the_event_loop_stays_free_while_a_text_is_judged(
    classifier: Classifier, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, release = threading.Event(), threading.Event()
    judge = Classifier.assess

    def wait(self: Classifier, source: Any) -> Any:
        started.set()
        assert release.wait(20)
        return judge(self, source)

    monkeypatch.setattr(Classifier, "assess", wait)
    with TestClient(create_app(classifier)) as client:
        slow = threading.Thread(target=client.post, args=("/v1/assess",), kwargs={"json": {"text": "您好"}})
        slow.start()
        assert started.wait(20)
        assert client.get("/healthz").status_code == 200
        release.set()
        slow.join()


def test_serve_answers_over_a_real_socket() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "huashu_api.cli", "serve", "--port", str(port)], stderr=subprocess.PIPE, text=True
    )
    try:
        answer = _post_when_up(f"http://127.0.0.1:{port}/v1/assess", {"text": EXAMPLE})
        assert answer.json()["action"] == "alert"
    finally:
        server.terminate()
        _, log = server.communicate(timeout=20)
    assert server.returncode in (0, -15)
    assert EXAMPLE[:10] not in log


def _post_when_up(url: str, body: dict[str, str]) -> httpx.Response:
    for _ in range(200):
        try:
            return httpx.post(url, json=body, timeout=20)
        except httpx.ConnectError:
            time.sleep(0.1)
    raise AssertionError("the server did not come up")
