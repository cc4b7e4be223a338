"""First starts and migrations: many at once, and killed at any moment, leave a database that the next start can use."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from huashu_api.service.store.database import Store
from huashu_api.service.store.keys import all_keys
from huashu_api.service.store.records import Records
from texts import CASES

pytestmark = pytest.mark.slow

START = (
    "import sys; from huashu_api.service.store.database import Store; from huashu_api.service.store.keys import *\n"
    "print('ready', flush=True)\n"
    "store = Store.open(sys.argv[1])\n"
    "print(create(store, 'one', Role.score), flush=True)\n"
)
RETENTION = (
    "import sys; from datetime import timedelta; from huashu_api.service.store.database import Store\n"
    "from huashu_api.service.store.records import *; from huashu_api.service.store import records\n"
    "records.PORTION = 1; store = Store.open(sys.argv[1]); print('ready', flush=True)\n"
    "Records(store).forget(-1); print('done', flush=True)\n"
)


def url_of(folder: Path) -> str:
    return f"sqlite:///{folder / 'huashu.db'}"


def begin(code: str, url: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, url], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def killed(code: str, url: str, within: float, chance: random.Random) -> str:
    """What a process said that was killed at a random moment of ``within`` seconds after it was ready."""
    process = begin(code, url)
    assert process.stdout
    process.stdout.readline()
    time.sleep(chance.uniform(0, within))
    os.kill(process.pid, signal.SIGKILL)
    said, _ = process.communicate()
    return said


def first_version(folder: Path) -> None:
    with sqlite3.connect(folder / "huashu.db") as database:
        database.executescript((CASES / "store_0001.sql").read_text(encoding="utf-8"))
    database.close()


def test_many_first_starts_at_once(tmp_path: Path) -> None:
    running = [begin(START, url_of(tmp_path)) for _ in range(6)]
    outcomes = [process.communicate() for process in running]
    assert [process.returncode for process in running] == [0] * 6, outcomes
    store = Store.open(url_of(tmp_path))
    assert len(all_keys(store)) == 6
    store.close()


@pytest.mark.parametrize("old", [False, True], ids=["first start", "migration"])
def test_a_start_that_was_killed_does_not_spoil_the_next(tmp_path: Path, old: bool) -> None:
    chance = random.Random(7)
    for number in range(12):
        folder = tmp_path / str(number)
        folder.mkdir()
        if old:
            first_version(folder)
        said = killed(START, url_of(folder), 0.35, chance)
        store = Store.open(url_of(folder))
        made = {key.name for key in all_keys(store)}
        assert made >= ({"one"} if said else set()) | ({"tests"} if old else set())
        store.close()


def test_a_retention_that_was_killed_leaves_records_whole(tmp_path: Path) -> None:
    chance = random.Random(7)
    for number in range(6):
        folder = tmp_path / str(number)
        folder.mkdir()
        first_version(folder)
        killed(RETENTION, url_of(folder), 0.05, chance)
        store = Store.open(url_of(folder))
        with store.reading() as session:
            orphans = session.connection().exec_driver_sql(
                "SELECT count(*) FROM feedback WHERE assessment_id NOT IN (SELECT id FROM assessments)"
            )
            assert orphans.scalar() == 0
        Records(store).forget(-1)
        store.close()
