"""The service under faults: kill -9 at random moments, and a soak at full load with something going wrong all the time.

    python benchmarks/faults.py [--kills 200] [--minutes 10]

The kills hit a first start, a migration from the first version of the tables, an activation and a retention run, in
turn; after each the next start has to work, and nothing that was returned may be gone. The soak runs two workers at
full load with records on; every 20 seconds a worker, or its process for long texts, is killed or stopped, the
database is locked, models are changed, or connections are opened in numbers. Told are requests by status, ids
returned and found, and memory over time.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import httpx2 as httpx
from sqlalchemy import select

from huashu.artifact import SHIPPED
from huashu_api.service.models import Registry
from huashu_api.service.requests import EXAMPLE
from huashu_api.service.store.database import Store
from huashu_api.service.store.keys import all_keys
from huashu_api.service.store.records import Records
from huashu_api.service.store.tables import Record

OLD = Path(__file__).parents[1] / "tests" / "cases" / "store_0001.sql"
PORT = 8714
EVERY = 20.0
"""Seconds between two faults."""

HEAD = "import sys\nfrom pathlib import Path\n"
START = """
from huashu_api.service.store.database import Store
from huashu_api.service.store.keys import Role, create
print("ready", flush=True)
print(create(Store.open(sys.argv[1]), "one", Role.score), flush=True)
"""
ACTIVATE = """
from huashu_api.service.models import Registry
registry = Registry(Path(sys.argv[1]))
registry._load = lambda version: None
print("ready", flush=True)
version = registry.versions()[0]
while True:
    print(registry.activate(version).active, flush=True)
    print(registry.rollback().active, flush=True)
"""
RETAIN = """
from huashu_api.service.store import records
from huashu_api.service.store.database import Store
records.PORTION = 1
store = Store.open(sys.argv[1])
print("ready", flush=True)
records.Records(store).forget(-1)
"""


def killed(code: str, argument: str, within: float, chance: random.Random) -> list[str]:
    """What a process said after it was ready, killed within so many seconds."""
    command = [sys.executable, "-c", HEAD + code, argument]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    time.sleep(chance.uniform(0, within))
    process.kill()
    return process.communicate()[0].split()


def first_version(folder: Path) -> None:
    with contextlib.closing(sqlite3.connect(folder / "huashu.db")) as database:
        database.executescript(OLD.read_text(encoding="utf-8"))


def kill(kind: str, folder: Path, chance: random.Random) -> bool:
    """One kill; whether it hit before the end. AssertionError when something is lost or broken."""
    url = f"sqlite:///{folder / 'huashu.db'}"
    if kind == "activation":
        registry = Registry(folder / "models")
        version = registry.add(SHIPPED)
        said = killed(ACTIVATE, str(folder / "models"), 0.05, chance)
        assert registry.choice().active in (None, version)
        assert registry.load(version, None).version == version
        return bool(said)
    if kind != "first start":
        first_version(folder)
    said = killed(RETAIN if kind == "retention" else START, url, 0.05 if kind == "retention" else 0.3, chance)
    store = Store.open(url)
    names = {key.name for key in all_keys(store)}
    assert names >= ({"one"} if said and kind != "retention" else set()) | (
        set() if kind == "first start" else {"tests"}
    )
    Records(store).forget(36_000)
    store.close()
    return not said


def kills(count: int) -> None:
    chance = random.Random(1)
    hit: Counter[str] = Counter()
    kinds = ("first start", "migration", "activation", "retention")
    for number in range(count):
        with tempfile.TemporaryDirectory() as folder:
            kind = kinds[number % len(kinds)]
            hit[kind] += kill(kind, Path(folder), chance)
    print(
        f"{count} kills: every next start worked, nothing returned was lost; hit in the middle: {dict(hit)}", flush=True
    )


class Soak:
    """Two workers, eight clients, and what goes wrong."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.url = folder, f"http://127.0.0.1:{PORT}"
        settings = {"DATA": str(folder), "WORKERS": "2", "STORE": "true", "RATE": "1000000", "DEADLINE": "5"}
        environment = {**os.environ, **{f"HUASHU_{name}": value for name, value in settings.items()}}
        self.environment = environment
        command = [sys.executable, "-m", "huashu_api.cli", "serve", "--port", str(PORT)]
        self.log = (folder / "log").open("wb")
        self.server = subprocess.Popen(command, env=environment, stderr=self.log, start_new_session=True)
        self.statuses: Counter[int] = Counter()
        self.returned: list[str] = []
        self.stop = threading.Event()

    def family(self) -> dict[int, str]:
        """Every process of the service with its command line."""
        found = {}
        for entry in Path("/proc").iterdir():
            with contextlib.suppress(OSError, ValueError):
                if entry.name.isdigit() and os.getpgid(int(entry.name)) == self.server.pid:
                    found[int(entry.name)] = (entry / "cmdline").read_bytes().decode()
        return found

    def memory(self) -> int:
        """Megabytes of all of them."""
        total = 0
        for process in self.family():
            with contextlib.suppress(OSError):
                pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
                total += pages * os.sysconf("SC_PAGE_SIZE")
        return total >> 20

    def ask(self, number: int) -> None:
        chance = random.Random(number)
        with httpx.Client(timeout=30) as client:
            while not self.stop.is_set():
                text = f"{number} {chance.random()} " + EXAMPLE * (60 if chance.random() < 0.02 else 1)
                try:
                    answer = client.post(
                        f"{self.url}/v1/assess", json={"text": text, "evidence": chance.random() < 0.5}
                    )
                except httpx.TransportError:
                    self.statuses[0] += 1
                    time.sleep(0.1)
                    continue
                self.statuses[answer.status_code] += 1
                if answer.status_code == 200:
                    self.returned.append(answer.json()["id"])

    def pick(self, what: str) -> list[int]:
        return [process for process, command in self.family().items() if what in command and process != self.server.pid]

    def kill_workers(self) -> None:
        """One after the other: clients may all be at one of them."""
        for process in self.pick("spawn_main"):
            os.kill(process, signal.SIGKILL)
            time.sleep(4)

    def kill_aside(self) -> None:
        for process in self.pick("huashu_api.service.aside"):
            os.kill(process, signal.SIGKILL)

    def stop_aside(self) -> None:
        for process in self.pick("huashu_api.service.aside"):
            os.kill(process, signal.SIGSTOP)

    def lock(self) -> None:
        with contextlib.closing(sqlite3.connect(self.folder / "huashu.db", isolation_level=None)) as database:
            database.execute("BEGIN IMMEDIATE")
            time.sleep(3)
            database.execute("COMMIT")

    def change_models(self) -> None:
        for arguments in (["activate", str(SHIPPED)], ["rollback"]):
            command = [sys.executable, "-m", "huashu_api.cli", "models", *arguments]
            subprocess.run(command, env=self.environment, capture_output=True, check=True)

    def connect(self) -> None:
        sockets: list[socket.socket] = []
        with contextlib.suppress(OSError):
            sockets.extend(socket.create_connection(("127.0.0.1", PORT), 1) for _ in range(1500))
        time.sleep(2)
        for one in sockets:
            one.close()

    def run(self, minutes: float) -> None:
        while True:
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"{self.url}/healthz")
                break
            time.sleep(0.1)
        clients = [threading.Thread(target=self.ask, args=(number,)) for number in range(8)]
        for client in clients:
            client.start()
        faults: list[Callable[[], None]] = [
            self.kill_workers, self.kill_aside, self.lock, self.change_models, self.stop_aside, self.connect,
        ]  # fmt: skip
        begin, memory = time.monotonic(), []
        for number in range(int(minutes * 60 / EVERY)):
            faults[number % len(faults)]()
            time.sleep(max(0.0, begin + (number + 1) * EVERY - time.monotonic()))
            memory.append(self.memory())
        self.stop.set()
        for client in clients:
            client.join()
        self.server.terminate()
        code = self.server.wait(60)
        store = Store.open(f"sqlite:///{self.folder / 'huashu.db'}")
        with store.reading() as session:
            kept = set(session.scalars(select(Record.id)))
        store.close()
        lost = len(set(self.returned) - kept)
        print(f"{minutes:g} minutes, a fault every {EVERY:g} s: statuses {dict(self.statuses)} (0: connection broken)")
        print(f"ids returned {len(self.returned)}, lost {lost}; records {len(kept)}; SIGTERM: exit code {code}")
        print(f"MB of all processes over time: {memory}")
        assert not lost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=10)
    options = parser.parse_args()
    if options.kills:
        kills(options.kills)
    if options.minutes:
        with tempfile.TemporaryDirectory() as folder:
            soak = Soak(Path(folder))
            try:
                soak.run(options.minutes)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(soak.server.pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
