"""What every answer takes along."""

from __future__ import annotations

from fastapi.testclient import TestClient


def test_every_answer_has_security_headers_and_an_id(service: TestClient) -> None:
    without_key = service.get("/v1/labels", headers={"authorization": ""})
    for answer in (service.get("/healthz"), without_key, service.get("/nowhere")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert len(answer.headers["x-request-id"]) == 32
