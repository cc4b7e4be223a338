"""What log and metrics hold of requests."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from huashu_api.service.logs import JsonFormatter
from huashu_api.service.store.keys import all_keys
from huashu_api.service.worker import Worker

from ..texts import MOBILE


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "huashu.service")
    return caplog


def requests(log: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    """The lines about requests."""
    lines = [json.loads(JsonFormatter().format(record)) for record in log.records if record.name == "huashu.service"]
    return [line for line in lines if line["message"] == "request"]


@pytest.mark.parametrize(
    ("method", "path", "key", "route", "status"),
    [
        ("GET", f"/v1/assessments/{'0' * 32}", True, "/v1/assessments/{assessment_id}", 404),
        ("GET", f"/{MOBILE}", True, "none", 404),
        ("POST", "/v1/assess", False, "/v1/assess", 401),  # a known path, refused before its route
        ("GET", "/v1/labels", False, "none", 401),
        ("GET", "/healthz", False, "/healthz", 200),
    ],
)
def test_a_request_is_told_by_its_route(
    service: TestClient, worker: Worker, log: pytest.LogCaptureFixture,
    method: str, path: str, key: bool, route: str, status: int,
) -> None:  # fmt: skip
    answer = service.request(method, path, headers={} if key else {"authorization": ""})
    (line,) = requests(log)
    assert (line["method"], line["route"], line["status"]) == (method, route, status)
    assert line["request"] == answer.headers["x-request-id"]
    assert line["key"] == (all_keys(worker.store)[0].id if key else None)


def test_methods_of_the_callers_own_making_are_not_told(service: TestClient, log: pytest.LogCaptureFixture) -> None:
    service.request(f"X{MOBILE}", "/healthz")
    assert [line["method"] for line in requests(log)] == ["other"]
    assert MOBILE not in service.get("/metrics").text


def test_a_websocket_is_told_by_how_it_began(service: TestClient, log: pytest.LogCaptureFixture) -> None:
    with service.websocket_connect("/v1/sessions/live") as socket:
        socket.send_json({"close": True})
        socket.receive_json()
    no_key = {"authorization": ""}
    with pytest.raises(WebSocketDenialResponse), service.websocket_connect("/v1/sessions/live", headers=no_key):
        pass
    with pytest.raises(WebSocketDisconnect), service.websocket_connect("/nowhere"):
        pass
    assert [(line["route"], line["status"]) for line in requests(log)] == [
        ("/v1/sessions/live", 101),
        ("none", 401),
        ("none", 403),
    ]
