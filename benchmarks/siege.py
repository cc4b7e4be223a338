"""The service under siege: what an ordinary client sees while somebody else sends the worst that the limits allow.

    python benchmarks/siege.py [--seconds 60] [--clients 500] [--shapes 60]

Starts ``huashu serve`` with one worker and two keys. First the ordinary client alone: a text of 300 characters,
again and again. Then hostile shapes at the limit of length in a row beside it; then ``--clients`` connections of the
other key with texts at the limit. Told are the ordinary client's rate, p50 and p99, every status, how long
``/healthz`` takes, and the worker's memory before and after.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import httpx2 as httpx

from huashu_api.service.requests import EXAMPLE

PORT = 8713
COMMAND = [sys.executable, "-m", "huashu_api.cli"]
SHAPES = Path(__file__).parents[1] / "tests" / "cases" / "hostile_shapes.json"
LIMIT = 199_000
DEADLINE = 10.0


@dataclass
class Seen:
    """Statuses and seconds of one client's requests."""

    statuses: Counter[int] = field(default_factory=Counter)
    took: list[float] = field(default_factory=list)

    def told(self, seconds: float) -> str:
        good = sorted(self.took)
        p50, p99 = (good[int(share * (len(good) - 1))] * 1000 if good else float("nan") for share in (0.5, 0.99))
        return f"{len(good) / seconds:7.1f}/s  p50 {p50:6.1f} ms  p99 {p99:7.1f} ms  {dict(self.statuses)}"


def request(method: str, path: str, key: str, body: bytes = b"") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "host: localhost", f"authorization: Bearer {key}"]
    if body:
        lines += ["content-type: application/json", f"content-length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def ask(sent: list[bytes], until: float, seen: Seen, pause: float = 0.0) -> None:
    """Send each in turn, again and again until ``until``, over one connection for as long as it lasts."""
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    number = 0
    while time.perf_counter() < until:
        start = time.perf_counter()
        try:
            streams = streams or await asyncio.open_connection("127.0.0.1", PORT)
            reader, writer = streams
            writer.write(sent[number % len(sent)])
            number += 1
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            lines = head.split(b"\r\n")
            length = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length"))
            await reader.readexactly(length)
            status = int(lines[0].split()[1])
            if b"connection: close" in lines:
                writer.close()
                streams = None
        except (ConnectionError, asyncio.IncompleteReadError):
            status, streams = 0, None
        seen.statuses[status] += 1
        if status == 200:
            seen.took.append(time.perf_counter() - start)
        await asyncio.sleep(pause if status == 200 else 0.05)
    if streams:
        streams[1].close()


async def besieging(sieges: list[list[bytes]], until: float, others: Seen) -> None:
    """All besiegers, each of which sends its requests in turn."""
    await asyncio.gather(*(ask(sent, until, others) for sent in sieges))


async def ordinary_client(ordinary: list[bytes], until: float, seen: Seen, health: Seen) -> None:
    """The ordinary client, and somebody who asks for ``/healthz``."""
    await asyncio.gather(ask(ordinary, until, seen), ask([request("GET", "/healthz", "")], until, health, 0.02))


def client(ordinary: list[bytes], seconds: float) -> tuple[Seen, Seen]:
    """Both, in a process of their own: besiegers in the same one would be what slows them down."""
    seen, health = Seen(), Seen()
    asyncio.run(ordinary_client(ordinary, time.perf_counter() + seconds, seen, health))
    return seen, health


def besieged(
    pool: ProcessPoolExecutor, sieges: list[list[bytes]], ordinary: list[bytes], seconds: float
) -> tuple[Seen, Seen, Seen]:
    others = Seen()
    asked = pool.submit(client, ordinary, seconds)
    asyncio.run(besieging(sieges, time.perf_counter() + seconds, others))
    return *asked.result(), others


def body(text: str) -> bytes:
    return json.dumps({"text": text}, ensure_ascii=False).encode()


def shapes(count: int) -> list[bytes]:
    """Hostile texts at the limit of length."""
    bodies = []
    for shape in json.loads(SHAPES.read_text(encoding="utf-8"))[:count]:
        unit = shape["unit"]
        text = shape.get("prefix", "") + unit * (LIMIT // len(unit)) + shape.get("suffix", "")
        bodies.append(body("您好" + text[:LIMIT]))
    return bodies


def memory(process: int) -> int:
    """Megabytes of a process."""
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--clients", type=int, default=500)
    parser.add_argument("--shapes", type=int, default=60)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as data, ProcessPoolExecutor(1) as pool:
        settings = {"HUASHU_DATA": data, "HUASHU_KEYS": "on", "HUASHU_RATE": "1000000", "HUASHU_CONCURRENCY": "10000"}
        environment = {**os.environ, **settings, "HUASHU_DEADLINE": str(DEADLINE)}
        ours, theirs = (
            subprocess.run(
                [*COMMAND, "keys", "new", name], env=environment, capture_output=True, text=True, check=True
            ).stdout.strip()
            for name in ("ordinary", "siege")
        )
        server = subprocess.Popen([*COMMAND, "serve", "--port", str(PORT)], env=environment, stderr=subprocess.DEVNULL)
        try:
            for _ in range(200):
                with contextlib.suppress(httpx.TransportError):
                    httpx.get(f"http://127.0.0.1:{PORT}/readyz")
                    break
                time.sleep(0.1)
            ordinary = [request("POST", "/v1/assess", ours, body((EXAMPLE * 3)[:300]))]
            hostile = [request("POST", "/v1/assess", theirs, one) for one in shapes(options.shapes)]
            long = [request("POST", "/v1/assess", theirs, body((EXAMPLE * 2000)[:LIMIT]))]
            quiet = min(options.seconds, 10)
            plans: list[tuple[str, list[list[bytes]], float]] = [
                ("quiet", [], quiet),
                (f"{options.shapes} hostile shapes in a row", [hostile], options.seconds),
                (f"{options.clients} clients with texts at the limit", [long] * options.clients, options.seconds),
                ("quiet again", [], quiet),
            ]
            for name, sieges, seconds in plans:
                seen, health, others = besieged(pool, sieges, ordinary, seconds)
                slowest = max(health.took, default=float("nan")) * 1000
                print(f"{name}\n  ordinary  {seen.told(seconds)}")
                print(f"  /healthz  {health.told(seconds)}  max {slowest:.0f} ms")
                if sieges:
                    print(f"  siege     {others.told(seconds)}")
                print(f"  memory    {memory(server.pid)} MB", flush=True)
            start = time.perf_counter()
            server.terminate()
            print(f"SIGTERM: exit code {server.wait(60)} after {time.perf_counter() - start:.1f} s")
        finally:
            server.kill()


if __name__ == "__main__":
    main()
