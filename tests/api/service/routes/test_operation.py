"""Health and documentation, for anybody."""

from __future__ import annotations

from fastapi.testclient import TestClient

from huashu import Classifier


def test_model_and_health(service: TestClient, classifier: Classifier) -> None:
    model = service.get("/v1/model").json()
    assert model["version"] == classifier.version
    point = model["operating_points"][model["operating_point"]]
    assert 0 < point["review"] <= point["alert"] < 1
    assert service.get("/healthz").json() == {"status": "ok"}


def test_the_page_of_the_api_needs_nothing_from_elsewhere(service: TestClient) -> None:
    page = service.get("/docs")
    assert "POST /v1/assess" in page.text
    assert "<script" not in page.text
    assert "//" not in page.text.replace("<!doctype", "")
    assert service.get("/docs/style.css").status_code == 200
