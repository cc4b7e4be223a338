"""The queue and the limits of each key, and an event loop that stays free."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from fastapi.testclient import TestClient

from huashu import Classifier
from huashu_api.service.limits import Gate, KeyLimits
from huashu_api.service.problems import ServiceError


def test_a_key_is_limited_in_rate_and_concurrency() -> None:
    times = iter([0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 9.0])
    limits = KeyLimits(rate=1, concurrency=2, clock=lambda: next(times))
    with limits.request("a"):
        with limits.request("a"), limits.request("b"):
            with pytest.raises(ServiceError, match="a second") as refused, limits.request("a"):
                pass
            assert refused.value.retry_after == 1
            with pytest.raises(ServiceError, match="at a time"), limits.request("a"):
                pass
        with limits.request("a"):
            pass


def test_a_full_queue_and_a_passed_deadline_are_told_at_once() -> None:
    async def run() -> None:
        gate, release = Gate(threads=1, queue=1, deadline=0.2), threading.Event()
        slow = asyncio.create_task(gate.run(lambda: release.wait(20)))
        waiting = asyncio.create_task(gate.run(lambda: True))
        await asyncio.sleep(0)
        with pytest.raises(ServiceError, match="queue is full") as full:
            await gate.run(lambda: True)
        assert (full.value.status, full.value.retry_after) == (503, 1)
        for task in (slow, waiting):
            with pytest.raises(ServiceError, match="deadline"):
                await task
        assert gate.pending == 1  # still on the thread; the one that waited is not in work any more
        release.set()
        await asyncio.to_thread(gate.close)
        await asyncio.sleep(0.01)
        assert gate.pending == 0

    asyncio.run(run())


def test_the_event_loop_stays_free_while_a_text_is_judged(service: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    started, release = threading.Event(), threading.Event()
    judge = Classifier.assess

    def wait(self: Classifier, *given: Any) -> Any:
        started.set()
        assert release.wait(20)
        return judge(self, *given)

    monkeypatch.setattr(Classifier, "assess", wait)
    slow = threading.Thread(target=service.post, args=("/v1/assess",), kwargs={"json": {"text": "您好"}})
    slow.start()
    assert started.wait(20)
    assert service.get("/healthz").status_code == 200
    release.set()
    slow.join()
