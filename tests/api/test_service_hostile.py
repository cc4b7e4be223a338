"""Bodies that nobody means well: each is refused with a problem, fails nothing, and does not come back."""

from __future__ import annotations

import gzip
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from conftest import load_hostile

CASES = load_hostile()


def bodies() -> Iterator[tuple[str, bytes]]:
    """Every body by name."""
    for place, template in CASES["templates"]:
        for name, value in CASES["values"]:
            yield f"{name} as {place}", template.replace("%s", value).encode("utf-8", "surrogatepass")
    yield from ((name, text.encode()) for name, text in CASES["raw"])
    yield from ((name, bytes.fromhex(text)) for name, text in CASES["hex"])
    for name, before, unit, count, after in CASES["repeated"]:
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


@pytest.mark.parametrize(("name", "encoding"), CASES["encodings"], ids=[name for name, _ in CASES["encodings"]])
def test_compressed_bodies_are_refused_unopened(service: TestClient, name: str, encoding: str) -> None:
    bomb = gzip.compress(b" " * 10_000_000)
    answer = service.post("/v1/assess", content=bomb, headers={"content-encoding": encoding})
    assert answer.status_code == 415
    assert answer.headers["content-type"] == "application/problem+json"


def test_bad_items_of_a_batch_fail_nobody_else(service: TestClient) -> None:
    items = [
        {"text": "您的刷卡机到期了"},
        {"text": " "},
        3,
        None,
        {"dialogue": []},
        {"text": "您好", "evidence": False},
    ]
    answer = service.post("/v1/assess/batch", json={"items": items})
    assert answer.status_code == 200
    assert [item["problem"] is None for item in answer.json()["items"]] == [True, False, False, False, False, True]
