"""The service's description of itself."""

from __future__ import annotations

from fastapi.testclient import TestClient

from .texts import EXAMPLE


def test_openapi_carries_a_real_example_and_typed_results(service: TestClient) -> None:
    document = service.get("/openapi.json").json()
    shown = document["paths"]["/v1/assess"]["post"]["responses"]["200"]["content"]["application/json"]["example"]
    assert (shown["action"], shown["scheme"]) == ("alert", "upgrade_fee")
    schemas = document["components"]["schemas"]
    assert schemas["TextRequest"]["examples"] == [{"text": EXAMPLE}]
    assert {"action", "risk", "tactics", "reasons"} <= set(schemas["Answer"]["properties"])
