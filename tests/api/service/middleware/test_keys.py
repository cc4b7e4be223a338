"""Keys are asked for; without them only this machine is answered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketDenialResponse

from huashu_api.service.app import create_app
from huashu_api.service.settings import Settings


@pytest.fixture(scope="module")
def keyless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service without keys, on loopback."""
    data: Path = tmp_path_factory.mktemp("keyless")
    with TestClient(create_app(Settings(data=data)), base_url="http://localhost") as client:
        yield client


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost", 200), ("127.0.0.1:80", 200), ("[::1]:80", 200), ("hotline.example", 401), ("[::1", 401), ("", 401)],
)
def test_without_keys_a_page_or_a_proxy_of_another_name_is_not_let_in(
    keyless: TestClient, host: str, status: int
) -> None:
    assert keyless.get("/v1/labels", headers={"host": host}).status_code == status


@pytest.mark.parametrize("shown", ["", "Bearer none", "Basic none", "Bearer hs_0_0"])
def test_a_refused_request_is_told_what_it_needs(service: TestClient, shown: str) -> None:
    refused = service.post("/v1/assess", content=b"not read", headers={"authorization": shown})
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"] == "Bearer"
    assert refused.headers["connection"] == "close"
    with (
        pytest.raises(WebSocketDenialResponse) as denied,
        service.websocket_connect("/v1/sessions/live", headers={"authorization": shown}),
    ):
        pass
    assert denied.value.json() == refused.json()
