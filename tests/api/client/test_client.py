"""The client against a service in the same process: typed results, retries, refusals."""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest
from fastapi.testclient import TestClient

from huashu import Classifier
from huashu_api.client import Answer, AsyncClient, Client, Hit, ServiceError
from huashu_api.service.requests import EXAMPLE


class Flaky(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Hands requests to the service, after ``failures`` of its own."""

    def __init__(self, service: TestClient, failures: list[Any]) -> None:
        self.service, self.failures, self.asked = service, failures, 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.asked += 1
        if self.failures:
            failure = self.failures.pop(0)
            if isinstance(failure, Exception):
                raise failure
            return httpx.Response(failure, headers={"retry-after": "0"}, json={"detail": "later"})
        answer = self.service.request(
            request.method,
            str(request.url.raw_path, "ascii"),
            content=request.read(),
            headers={"content-type": "application/json", "authorization": request.headers["authorization"]},
        )
        return httpx.Response(answer.status_code, content=answer.content)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        return self.handle_request(request)


def key_of(service: TestClient) -> str:
    return service.headers["authorization"].removeprefix("Bearer ")


def sync_client(service: TestClient, *failures: Any, retries: int = 4) -> tuple[Client, Flaky]:
    transport = Flaky(service, list(failures))
    return Client("http://huashu", key_of(service), retries=retries, transport=transport), transport


def test_answers_are_what_the_classifier_says(service: TestClient, classifier: Classifier) -> None:
    client, _ = sync_client(service)
    with client:
        answer = client.assess(EXAMPLE, language="en")
        assert answer.assessment.to_dict() == classifier.assess(EXAMPLE).to_dict()
        assert answer.id
        assert answer.names
        assert client.feedback(answer.id, "upgrade_fee", note="right")
        record = client.record(answer.id)
        assert (record.input, record.answer.assessment) == (EXAMPLE, answer.assessment)
        assert [given.note for given in record.feedback] == ["right"]
        again = client.replay(answer.id, model_version=classifier.version)
        assert (again.same, again.exact) == (True, True)
        assert again.replayed.assessment == answer.assessment
        good, bad = client.assess_batch([EXAMPLE, " "], evidence=False)
        assert isinstance(good, Answer)
        assert isinstance(bad, ServiceError)
        assert client.model()["version"] == classifier.version


@pytest.mark.slow
def test_a_file_is_sent_as_it_is(service: TestClient, tmp_path: Path) -> None:
    client, _ = sync_client(service)
    path = tmp_path / "工单.csv"
    path.write_bytes(f"编号,内容\n1,{EXAMPLE}\n2,\n".encode("gb18030"))
    with client:
        answer = client.assess_file(path, evidence=False, language=None)
    good, bad = answer.items
    assert (good.file, good.row, good.id, good.input) == ("工单.csv", 1, "1", EXAMPLE)
    assert isinstance(good.outcome, Answer)
    assert isinstance(bad.outcome, ServiceError)
    assert answer.notes == ("工单.csv: gb18030, text=内容, id=编号",)


def test_phrases_of_the_lexicon_are_told(service: TestClient) -> None:
    client, _ = sync_client(service)
    entry: dict[str, Any] = {"phrase": "芝麻开门", "scheme": "upgrade_fee", "weight": 2.0}
    added = service.post("/v1/lexicon/phrases", json=entry).json()["entries"][-1]
    with client:
        answer = client.assess(f"老板您好，{entry['phrase']}，方便吗")
    service.delete(f"/v1/lexicon/phrases/{added['id']}")
    assert answer.lexicon == (Hit(**entry, id=added["id"], start=5, end=9, turn=None),)
    assert 2.0 in [reason.weight for reason in answer.assessment.reasons if reason.kind == "lexicon"]


def test_a_live_call(service: TestClient) -> None:
    client, _ = sync_client(service)
    with client:
        session = client.open_session(channel="hotline")
        verdicts = client.add_turns(session, [{"role": "客服", "words": "您的刷卡机到期了，免费换新"}])
        verdicts += client.add_turns(session, [{"role": "客户", "words": "要钱吗"}], after=1)
        so_far = client.read_session(session)
        final = client.close_session(session)
    assert final
    assert so_far == replace(final, id=None)
    assert [verdict.turn for verdict in verdicts] == [0, 1]
    assert final.assessment.risk == verdicts[-1].risk


def test_turns_are_not_heard_twice(service: TestClient) -> None:
    client, transport = sync_client(service)
    turns = [{"role": "客服", "words": "您的刷卡机到期了，免费换新"}]
    with client:
        session = client.open_session()
        transport.failures[:] = [httpx.ReadError("gone")]
        with pytest.raises(ServiceError) as broken:
            client.add_turns(session, turns)
        transport.failures[:] = [httpx.ConnectError("away"), 429]
        assert len(client.add_turns(session, turns)) == 1
        transport.failures[:] = [httpx.ReadError("gone"), 503]
        assert client.add_turns(session, turns, after=1)[0].turn == 1
        with pytest.raises(ServiceError, match="has heard 2 turns") as heard:
            client.add_turns(session, turns, after=1)
    assert (broken.value.status, heard.value.status) == (0, 409)


def test_it_asks_again_when_it_may(service: TestClient) -> None:
    client, transport = sync_client(service, 503, 429, httpx.ConnectError("gone"))
    with client:
        assert client.assess(EXAMPLE).assessment.action == "alert"
    assert transport.asked == 4


@pytest.mark.parametrize(
    ("failures", "status"), [((503, 503), 503), ((httpx.ReadError("gone"),) * 2, 0), ((422,), 422)]
)
def test_it_gives_up_when_it_has_to(service: TestClient, failures: tuple[Any, ...], status: int) -> None:
    client, transport = sync_client(service, *failures, retries=1)
    with client, pytest.raises(ServiceError) as refused:
        client.assess(EXAMPLE)
    assert refused.value.status == status
    assert transport.asked == len(failures)


def test_both_clients_take_the_same() -> None:
    def methods(client: type) -> dict[str, str]:
        public = inspect.getmembers(client, inspect.isfunction)
        return {name: str(inspect.signature(of)) for name, of in public if not name.startswith("_")}

    assert methods(Client) == methods(AsyncClient)


def test_the_same_awaited(service: TestClient) -> None:
    async def run() -> None:
        async with AsyncClient("http://huashu", key_of(service), transport=Flaky(service, [503])) as client:
            answer = await client.assess(EXAMPLE)
            assert answer.assessment.action == "alert"
            assert (await client.assess_batch([EXAMPLE]))[0]
            session = await client.open_session()
            assert (await client.add_turns(session, [{"words": "您好"}]))[0].turn == 0
            assert await client.close_session(session)
            assert answer.id
            assert await client.feedback(answer.id, "none")
            assert await client.model()
            with pytest.raises(ServiceError):
                await client.assess(" ")

    asyncio.run(run())
