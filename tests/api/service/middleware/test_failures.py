"""Whatever goes wrong is told as a problem."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.types import Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from huashu import Classifier
from huashu_api.service.app import create_app
from huashu_api.service.middleware.failures import Failures
from huashu_api.service.sessions import Sessions
from huashu_api.service.settings import Settings
from huashu_api.service.worker import Worker


def test_an_unexpected_error_shows_no_trace(service: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Classifier, "assess", fail)
    answer = service.post("/v1/assess", json={"text": "您好"})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("GET", "/v1/assess", 405), ("DELETE", "/healthz", 405)]
)
def test_wrong_paths_and_methods_are_problems(service: TestClient, method: str, path: str, status: int) -> None:
    answer = service.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_call_that_breaks_down_ends(service: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Sessions, "open", fail)
    with service.websocket_connect("/v1/sessions/live") as socket:
        assert socket.receive() == {"type": "websocket.close", "code": 1011, "reason": ""}


def test_what_goes_wrong_at_the_start_is_told_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("no room for tasks")

    monkeypatch.setattr(Worker, "start", fail)
    with pytest.raises(RuntimeError, match="no room for tasks"), TestClient(create_app(Settings(data=tmp_path))):
        pass


@pytest.mark.parametrize("gone", [ConnectionResetError(), WebSocketDisconnect(1006)])
def test_a_live_call_whose_caller_has_gone_is_no_error(gone: Exception, caplog: pytest.LogCaptureFixture) -> None:
    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        raise gone

    async def nothing(*_: Any) -> Any:
        raise AssertionError

    asyncio.run(Failures(inner)({"type": "websocket", "state": {"request_id": "0"}}, nothing, nothing))
    assert not caplog.records
