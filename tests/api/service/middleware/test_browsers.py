"""Pages of other sites change nothing, with a key or without."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketDenialResponse

FOREIGN = [
    {"origin": "https://elsewhere.invalid"},
    {"origin": "null"},
    {"origin": "http://[broken"},
    {"origin": "http://testserver:8001"},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "http://testserver", "sec-fetch-site": "cross-site"},
]
OWN: list[dict[str, str]] = [
    {},
    {"origin": "http://testserver"},
    {"origin": "https://TestServer", "sec-fetch-site": "same-origin"},
    {"sec-fetch-site": "none"},
]
CHANGES = [
    ("POST", "/v1/assess"),
    ("POST", "/v1/models/rollback"),
    ("POST", "/v1/sessions"),
    ("DELETE", "/v1/lexicon/phrases/" + "0" * 32),
]


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_a_foreign_page_is_refused(service: TestClient, headers: dict[str, str]) -> None:
    for method, path in CHANGES:
        assert service.request(method, path, headers=headers).status_code == 403
    with (
        pytest.raises(WebSocketDenialResponse) as denied,
        service.websocket_connect("/v1/sessions/live", headers=headers),
    ):
        pass
    assert denied.value.status_code == 403
    assert service.get("/v1/labels", headers=headers).status_code == 200  # which the browser keeps from the page


@pytest.mark.parametrize("headers", OWN, ids=str)
def test_its_own_pages_and_other_clients_are_not(service: TestClient, headers: dict[str, str]) -> None:
    assert service.post("/v1/assess", json={"text": "您好"}, headers=headers).status_code == 200
    with service.websocket_connect("/v1/sessions/live", headers=headers) as socket:
        socket.send_json({"words": "您好"})
        assert socket.receive_json()["turn"] == 0
