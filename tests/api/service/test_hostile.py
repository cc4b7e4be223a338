"""Bodies that nobody means well: each is refused with a problem, fails nothing, and does not come back."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from texts import CASES

TABLES: dict[str, list[list[Any]]] = json.loads((CASES / "hostile_bodies.json").read_text(encoding="utf-8"))
"""From which bodies are put together."""


def bodies() -> Iterator[tuple[str, bytes]]:
    """Every body by name."""
    for place, template in TABLES["templates"]:
        for name, value in TABLES["values"]:
            yield f"{name} as {place}", template.replace("%s", value).encode("utf-8", "surrogatepass")
    yield from ((name, text.encode()) for name, text in TABLES["raw"])
    yield from ((name, bytes.fromhex(text)) for name, text in TABLES["hex"])
    for name, before, unit, count, after in TABLES["repeated"]:
        yield name, (before + unit * count + after).encode()


def test_there_are_many() -> None:
    assert len(list(bodies())) >= 200


@pytest.mark.parametrize("path", ["/v1/assess", "/v1/feedback"])
def test_hostile_bodies_are_refused_with_a_problem(service: TestClient, path: str) -> None:
    wrong = []
    for name, body in bodies():
        answer = service.post(path, content=body, headers={"content-type": "application/json"})
        good = (
            400 <= answer.status_code < 500
            and answer.headers["content-type"] == "application/problem+json"
            and answer.json()["status"] == answer.status_code
            and answer.json()["detail"]
            and len(answer.content) < 1500
        )
        if not good:
            wrong.append((name, answer.status_code, answer.text[:200]))
    assert not wrong
    assert service.get("/readyz").status_code == 200


@pytest.mark.parametrize(("name", "encoding"), TABLES["encodings"], ids=[name for name, _ in TABLES["encodings"]])
def test_compressed_bodies_are_refused_unopened(service: TestClient, name: str, encoding: str) -> None:
    bomb = gzip.compress(b" " * 10_000_000)
    answer = service.post("/v1/assess", content=bomb, headers={"content-encoding": encoding})
    assert answer.status_code == 415
    assert answer.headers["content-type"] == "application/problem+json"


def test_many_unknown_fields_are_one_complaint(service: TestClient) -> None:
    fields = {f"f{number}": 0 for number in range(130_000)}
    for body in ({"text": "您好"} | fields, {"items": [{"text": "您好"} | fields]}):
        answer = service.post("/v1/assess/batch" if "items" in body else "/v1/assess", json=body)
        assert len(answer.content) < 1500
        assert "more than 64 fields" in answer.text


def test_no_answer_repeats_the_host_that_was_sent(service: TestClient) -> None:
    answer = service.get("/v1/labels/", headers={"host": "elsewhere.invalid"}, follow_redirects=False)
    assert answer.status_code == 404
    assert "elsewhere" not in str(answer.headers) + answer.text
