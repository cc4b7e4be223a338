"""Limits of each caller, and an event loop that stays free."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from fastapi.testclient import TestClient

from huashu import Classifier
from huashu_api.service.limits import Budget, KeyLimits
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


def test_bytes_in_work_are_bounded_in_all_and_for_each_caller() -> None:
    budget = Budget(100, share=0.5)
    with budget.reserve("a") as take:
        take(40)
        with pytest.raises(ServiceError, match="of this key") as own, budget.reserve("a") as more:
            more(20)
        with budget.reserve("b") as other, budget.reserve("c") as last:
            other(50)
            with pytest.raises(ServiceError, match="too much text") as all_of_it:
                last(20)
    assert (own.value.status, all_of_it.value.status) == (429, 503)
    with budget.reserve("a") as take:
        take(50)


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
