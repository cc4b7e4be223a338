"""The queue before the judging threads: bounded, fair, and cut off where nobody waits any more."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from functools import partial

import pytest

from huashu.interrupt import checked, checkpoint
from huashu_api.service.gate import LANES, Gate
from huashu_api.service.problems import ServiceError


def endless() -> None:
    while True:
        checkpoint()
        time.sleep(0.001)


def test_a_full_queue_is_told_at_once_and_a_passed_deadline_when_it_has_passed() -> None:
    async def run() -> None:
        gate, release = Gate(threads=1, queue=1, deadline=0.2), threading.Event()
        slow = asyncio.create_task(gate.run(lambda: release.wait(20), "a"))
        waiting = asyncio.create_task(gate.run(lambda: True, "a"))
        await asyncio.sleep(0)
        with pytest.raises(ServiceError, match="queue is full") as full:
            await gate.run(lambda: True, "b")
        assert (full.value.status, full.value.retry_after) == (503, 1)
        for task in (waiting, slow):
            with pytest.raises(ServiceError, match="deadline"):
                await task
        assert gate.pending == 1  # still on the thread; the one that waited is not in work any more
        release.set()
        await asyncio.to_thread(gate.close)
        await asyncio.sleep(0.01)
        assert gate.pending == 0

    asyncio.run(run())


def test_work_that_outlives_its_deadline_is_cut_off_and_its_thread_goes_on() -> None:
    async def run() -> None:
        gate = Gate(threads=1, queue=4, deadline=0.1)
        for _ in range(2):
            with pytest.raises(ServiceError, match="deadline") as late:
                await gate.run(endless, "a")
            assert late.value.status == 503
            assert await gate.run(lambda: 7, "a") == 7
        gate.close()

    asyncio.run(run())


def test_work_whose_caller_has_gone_is_cut_off() -> None:
    async def run() -> None:
        gate = Gate(threads=1, queue=4, deadline=60)
        gone = asyncio.create_task(gate.run(endless, "a"))
        await asyncio.sleep(0.01)
        gone.cancel()
        assert await gate.run(lambda: 7, "a") == 7
        gate.close()

    asyncio.run(run())


def test_closing_cuts_off_what_is_in_work() -> None:
    async def run() -> None:
        gate = Gate(threads=2, queue=4, deadline=60)
        running = [asyncio.create_task(gate.run(endless, "a")) for _ in range(2)]
        await asyncio.sleep(0.01)
        await asyncio.to_thread(gate.close)
        for task in running:
            with pytest.raises(ServiceError, match="deadline"):
                await task

    asyncio.run(run())


def test_a_caller_has_its_part_of_threads_and_queue_and_no_more() -> None:
    async def run() -> None:
        gate, release = Gate(threads=1, queue=4, deadline=20, share=0.5), threading.Event()
        served: list[str] = []

        def work(name: str) -> Callable[[], None]:
            def do() -> None:
                release.wait(20)
                served.append(name)

            return do

        greedy = [asyncio.create_task(gate.run(work(f"greedy {i}"), "greedy")) for i in range(3)]
        await asyncio.sleep(0.01)
        with pytest.raises(ServiceError, match="of this key") as refused:
            await gate.run(work("one more"), "greedy")
        assert refused.value.status == 429
        assert await gate.run(lambda: 7, "other") == 7  # while the first of the greedy one is at work
        release.set()
        await asyncio.gather(*greedy)
        assert served == ["greedy 0", "greedy 1", "greedy 2"]
        assert gate.pending == 0
        gate.close()

    asyncio.run(run())


def test_who_was_served_longest_ago_comes_next() -> None:
    async def run() -> None:
        gate, release = Gate(threads=1, queue=20, deadline=20), threading.Event()
        held = [asyncio.create_task(gate.run(lambda: release.wait(20), f"lane {i}")) for i in range(LANES)]
        served: list[str] = []
        tasks = []
        for name in ("a1", "a2", "a3", "b1"):
            await asyncio.sleep(0)
            tasks.append(asyncio.create_task(gate.run(partial(served.append, name), name[0])))
        await asyncio.sleep(0.01)
        assert served == []
        release.set()
        await asyncio.gather(*held, *tasks)
        assert served.index("b1") < served.index("a2")
        gate.close()

    asyncio.run(run())


def test_checkpoints_do_nothing_where_nobody_asks() -> None:
    checkpoint()

    def never() -> None:
        raise AssertionError

    with checked(never), checked(None):
        checkpoint()
