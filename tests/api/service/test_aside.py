"""Long texts are judged in a process of their own, as they would be here, and what goes wrong there stays there."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from huashu import Classifier, InputError
from huashu.interrupt import checked
from huashu.masking import KINDS
from huashu_api.service.aside import LONG, Aside
from huashu_api.service.judge import Asked, Judge
from huashu_api.service.lexicon import Entry, Lexicon
from huashu_api.service.problems import ServiceError

from .texts import CALL, EXAMPLE

pytestmark = pytest.mark.slow
TEXT = EXAMPLE * (LONG // len(EXAMPLE) + 1)


@pytest.fixture(scope="module")
def aside() -> Iterator[Aside]:
    running = Aside()
    yield running
    running.close()


@pytest.fixture
def judge(classifier: Classifier) -> Judge:
    return Judge(classifier, Lexicon(1, (Entry("one", "升级服务费", "upgrade_fee", 0.5, None, 1),)))


def process_of(aside: Aside) -> int:
    assert aside._process
    return aside._process.pid


def test_answers_are_those_of_this_process(aside: Aside, judge: Judge) -> None:
    asked = [Asked(TEXT), Asked(CALL, evidence=False, operating_point="strict"), Asked(EXAMPLE, evidence=False)]
    for kinds in (None, KINDS):
        assert aside.answers(judge, asked, kinds) == judge.answers(asked, kinds)


def test_what_cannot_be_judged_has_its_error(aside: Aside, judge: Judge) -> None:
    first, second = aside.answers(judge, [Asked("\ud800"), Asked(TEXT)], None)
    assert isinstance(first, InputError)
    assert not isinstance(second, InputError)


def test_errors_of_the_process_are_errors_here(aside: Aside, judge: Judge, tmp_path: object) -> None:
    with pytest.raises(Exception, match="cannot be read"):
        aside.answers(Judge(judge.classifier, judge.lexicon, folder="/nowhere"), [Asked(TEXT)], None)  # type: ignore[arg-type]
    assert aside.answers(judge, [Asked(TEXT)], None)


def test_a_killed_process_is_told_and_replaced(aside: Aside, judge: Judge) -> None:
    assert aside.answers(judge, [Asked(TEXT)], None)
    os.kill(process_of(aside), signal.SIGSTOP)
    threading.Timer(0.3, os.kill, (process_of(aside), signal.SIGKILL)).start()
    with pytest.raises(ServiceError, match="could not be judged now"):
        aside.answers(judge, [Asked(TEXT)], None)
    assert aside.answers(judge, [Asked(TEXT)], None)


def test_a_process_that_does_not_come_back_is_ended(aside: Aside, judge: Judge) -> None:
    assert aside.answers(judge, [Asked(TEXT)], None)
    stuck = process_of(aside)
    os.kill(stuck, signal.SIGSTOP)
    until = time.monotonic() + 0.3

    def check() -> None:
        if time.monotonic() > until:
            raise TimeoutError

    with pytest.raises(TimeoutError), checked(check):
        aside.answers(judge, [Asked(TEXT)], None)
    assert not os.path.exists(f"/proc/{stuck}")
    assert aside.answers(judge, [Asked(TEXT)], None)


def test_over_http_long_texts_calls_and_batches_are_answered_alike(service: TestClient) -> None:
    whole = service.post("/v1/assess", json={"text": TEXT, "masking": True}).json()
    assert whole["action"] == "alert"
    record = service.get(f"/v1/assessments/{whole['id']}").json()
    assert record["result"] == whole | {"id": None}
    turns = [{"role": "客服", "words": EXAMPLE} for _ in range(20)]
    call = service.post("/v1/sessions", json={}).json()["session"]
    service.post(f"/v1/sessions/{call}/turns", json={"turns": turns})
    told = service.delete(f"/v1/sessions/{call}").json()
    assert told | {"id": None} == service.post("/v1/assess", json={"dialogue": turns}).json() | {"id": None}
    batch = service.post(
        "/v1/assess/batch", json={"items": [{"text": TEXT}, {"text": " "}, {"dialogue": turns}]}
    ).json()
    assert [item["problem"] is None for item in batch["items"]] == [True, False, True]
    assert batch["items"][0]["assessment"]["risk"] == whole["risk"]
