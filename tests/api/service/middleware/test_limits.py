"""Refusals before a body is read: of callers beyond their limits, and of texts that would wait too long."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketDenialResponse

from huashu_api.service.limits import KeyLimits
from huashu_api.service.worker import Worker


def test_a_caller_beyond_its_limits_is_told_when_to_come_back(
    service: TestClient, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "limits", KeyLimits(rate=0.5, concurrency=1, clock=lambda: 0.0))
    assert service.get("/v1/labels").status_code == 200
    refused = service.get("/v1/labels")
    assert refused.status_code == 429
    assert refused.headers["retry-after"]
    assert service.get("/healthz").status_code == 200
    with (
        pytest.raises(WebSocketDenialResponse) as denied,
        service.websocket_connect("/v1/sessions/live"),
    ):
        pass
    assert denied.value.status_code == 429


def test_a_websocket_is_no_request_in_work_while_nobody_speaks(
    service: TestClient, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "limits", KeyLimits(rate=1e6, concurrency=1))
    with service.websocket_connect("/v1/sessions/live") as socket:
        assert service.get("/v1/labels").status_code == 200
        socket.send_json({"words": "您好"})
        assert socket.receive_json()["turn"] == 0


@pytest.mark.parametrize("path", ["/v1/assess", "/v1/assess/batch", "/v1/lexicon/test"])
def test_a_full_queue_refuses_texts_unread(
    service: TestClient, worker: Worker, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.setattr(worker.gate, "_queue", -100)
    refused = service.post(path, content=b"not JSON")
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
    assert service.get("/v1/labels").status_code == 200
    assert service.get("/readyz").status_code == 503
    assert service.get("/healthz").status_code == 200
