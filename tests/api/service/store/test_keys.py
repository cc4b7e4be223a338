"""API keys: roles, ends, and nothing that could be stolen."""

from __future__ import annotations

from typing import Any

from fastapi.testclient import TestClient

from huashu_api.service.store.keys import Role, all_keys, create, revoke
from huashu_api.service.worker import Worker

from ..texts import EXAMPLE


def test_keys_have_roles_and_end(service: TestClient, worker: Worker) -> None:
    tokens = {role: create(worker.store, role.name, role) for role in Role}
    worker.keys.refresh()
    assert not any(token.split("_", 2)[2] in key.digest for token in tokens.values() for key in all_keys(worker.store))

    def status(method: str, path: str, token: str, body: Any = None) -> int:
        return service.request(method, path, json=body, headers={"authorization": f"Bearer {token}"}).status_code

    feedback = {"assessment": "0" * 32, "scheme": "none"}
    for role, token in tokens.items():
        assert status("POST", "/v1/assess", token, {"text": EXAMPLE}) == 200
        assert status("POST", "/v1/feedback", token, feedback) == (404 if role >= Role.review else 403)
        assert status("GET", "/v1/models", token) == (200 if role >= Role.admin else 403)
    revoke(worker.store, tokens[Role.score].split("_")[1])
    worker.keys.refresh()
    assert status("GET", "/v1/labels", tokens[Role.score]) == 401
    assert status("GET", "/v1/labels", "hs_x_y") == 401
    anonymous = service.get("/v1/labels", headers={"authorization": ""})
    assert anonymous.status_code == 401
    assert anonymous.headers["www-authenticate"] == "Bearer"
    assert service.get("/healthz", headers={"authorization": ""}).status_code == 200
