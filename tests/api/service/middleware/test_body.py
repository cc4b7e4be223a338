"""Bodies are read whole, or not at all."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send

from huashu_api.service.admission import Admissions
from huashu_api.service.limits import Budget
from huashu_api.service.middleware.body import Body
from huashu_api.service.problems import ServiceError
from huashu_api.service.settings import Settings
from huashu_api.service.store.keys import ANYONE


class Inner:
    """An application that remembers the message that it got first."""

    def __init__(self) -> None:
        self.message: Message | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.message = await receive()


async def no_answer(message: Message) -> None:
    raise AssertionError(message)


def read(
    folder: Path, messages: list[Message], length: bytes | None = None, wait: float = 0, budget: int = 10_000
) -> Message | None:
    """What the application gets of a body that comes in ``messages``, ``wait`` seconds between them."""
    sent = iter(messages)

    async def receive() -> Message:
        await asyncio.sleep(wait)
        return next(sent)

    inner = Inner()
    settings = Settings(data=folder, max_body=1024, deadline=0.05)
    scope = {
        "type": "http",
        "path": "/v1/assess",
        "headers": [] if length is None else [(b"content-length", length)],
        "state": {"caller": ANYONE},
    }
    asyncio.run(Body(inner, settings, Budget(budget), Admissions([]))(scope, receive, no_answer))
    return inner.message


def parts(*bodies: bytes) -> list[Message]:
    return [*({"type": "http.request", "body": body, "more_body": True} for body in bodies), {"type": "http.request"}]


def test_the_body_is_handed_on_in_one_message(tmp_path: Path) -> None:
    assert read(tmp_path, parts(b"a" * 512, b"b" * 512)) == {
        "type": "http.request",
        "body": b"a" * 512 + b"b" * 512,
        "more_body": False,
    }


@pytest.mark.parametrize(
    ("messages", "length", "wait", "status"),
    [
        (parts(b"a" * 512, b"b" * 513), None, 0, 413),
        ([], b"1025", 0, 413),  # not waited for
        ([], b"9" * 100, 0, 413),
        (parts(b"a"), None, 1, 408),
    ],
    ids=["too large", "too large as declared", "far too large", "late"],
)
def test_a_body_that_is_too_large_or_late_is_refused(
    tmp_path: Path, messages: list[Message], length: bytes | None, wait: float, status: int
) -> None:
    with pytest.raises(ServiceError) as refused:
        read(tmp_path, messages, length, wait)
    assert refused.value.status == status


def test_no_more_is_read_than_there_is_room_for(tmp_path: Path) -> None:
    with pytest.raises(ServiceError, match="too much text is in work") as refused:
        read(tmp_path, parts(b"a" * 100, b"b" * 100), budget=199)
    assert refused.value.status == 503


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/openapi.json", "/docs"])
def test_paths_without_a_key_take_no_body(service: TestClient, path: str) -> None:
    for method in ("GET", "POST"):
        refused = service.request(method, path, content=b"x")
        assert (refused.status_code, refused.headers["connection"]) == (413, "close")
    assert service.get(path).status_code == 200


def test_a_sender_that_leaves_gets_no_answer(tmp_path: Path) -> None:
    assert read(tmp_path, [*parts(b"a")[:1], {"type": "http.disconnect"}]) is None


def test_a_refused_body_is_told_as_a_problem(service: TestClient) -> None:
    refused = service.post("/v1/assess", content=b" " * 10_000_000)
    assert refused.status_code == 413
    assert refused.headers["connection"] == "close"
    assert refused.headers["content-type"] == "application/problem+json"
