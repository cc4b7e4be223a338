"""What the service costs: ``POST /v1/assess`` beside an empty FastAPI endpoint, and refusals under overload.

    python benchmarks/service.py [--seconds 5] [--rounds 3]

Both are one uvicorn worker each, asked in turn by the same client process over kept connections with the same body: a
text of 300 characters, evidence on. The empty endpoint checks the same body and sends as many bytes as the answer has.
A third one returns a ready answer as data, which FastAPI turns into JSON.
Writes its table into docs/performance.md.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2 as httpx

from huashu_api.service.requests import EXAMPLE

PAGE = Path(__file__).parents[1] / "docs" / "performance.md"
BEGIN, END = "<!-- service: begin -->", "<!-- service: end -->"
TEXT = (EXAMPLE * 3)[:300]
DEADLINE = 2.0
APART = 0.01
"""Seconds between the clients' first requests: the overload grows, as it does in life."""
EMPTY = """
from fastapi import FastAPI, Response
from huashu_api.service.requests import AssessRequest
from pathlib import Path
from typing import Any
import json
app = FastAPI()
answer = json.loads(Path(__file__).with_name("answer.json").read_bytes())
content = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()

@app.post("/v1/assess")
async def empty(body: AssessRequest) -> Response:
    return Response(content, media_type="application/json")

@app.post("/v1/ready")
async def ready(body: AssessRequest) -> Any:
    return answer
"""


@contextlib.contextmanager
def running(command: list[str], url: str, **environment: str) -> Iterator[None]:
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(200):
            with contextlib.suppress(httpx.TransportError):
                httpx.get(url)
                break
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(30)


BODY = json.dumps({"text": TEXT}).encode()
OURS, EMPTIED, READY = (8711, "assess"), (8712, "assess"), (8712, "ready")
"""Port and last part of the path."""


def head(path: str) -> bytes:
    """What stands before the body."""
    lines = (f"POST /v1/{path} HTTP/1.1", "host: localhost", "content-type: application/json")
    return "\r\n".join([*lines, f"content-length: {len(BODY)}", "", ""]).encode()


async def client(asked: tuple[int, str], begin: float, until: float, seen: list[tuple[int, float]]) -> None:
    """One kept connection; (status, seconds) of each answer. Plain sockets: a heavier client would measure itself."""
    await asyncio.sleep(begin)
    streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None
    port, request = asked[0], head(asked[1]) + BODY
    while time.perf_counter() < until:
        streams = streams or await asyncio.open_connection("127.0.0.1", port)
        reader, writer = streams
        start = time.perf_counter()
        writer.write(request)
        headers = await reader.readuntil(b"\r\n\r\n")
        lines = headers.lower().split(b"\r\n")
        length = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length"))
        await reader.readexactly(length)
        seen.append((int(lines[0].split()[1]), time.perf_counter() - start))
        if b"connection: close" in lines:
            writer.close()
            streams = None
        if seen[-1][0] != 200:
            await asyncio.sleep(0.2)


async def drive(asked: tuple[int, str], clients: int, seconds: float) -> list[tuple[int, float]]:
    seen: list[tuple[int, float]] = []
    until = time.perf_counter() + seconds
    await asyncio.gather(*(client(asked, number * APART, until, seen) for number in range(clients)))
    return seen


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def measure(seconds: float, rounds: int) -> dict[str, Any]:
    python = sys.executable
    with tempfile.TemporaryDirectory() as data:
        Path(data, "empty.py").write_text(EMPTY, encoding="utf-8")
        serve = [python, "-m", "huashu_api.cli", "serve", "--port", "8711"]
        settings = {
            "HUASHU_DATA": data,
            "HUASHU_RATE": "1000000",
            "HUASHU_CONCURRENCY": "1000",
            "HUASHU_DEADLINE": str(DEADLINE),
        }
        with running(serve, "http://127.0.0.1:8711/readyz", **settings):
            answer = httpx.post("http://127.0.0.1:8711/v1/assess", json={"text": TEXT})
            Path(data, "answer.json").write_bytes(answer.content)
            empty = [python, "-m", "uvicorn", "--no-access-log", "--app-dir", data, "--port", "8712", "empty:app"]
            with running(empty, "http://127.0.0.1:8712/"):
                rates: dict[tuple[int, str], list[float]] = {OURS: [], EMPTIED: [], READY: []}
                asyncio.run(drive(OURS, 4, 1))
                for _ in range(rounds):
                    for asked, found in rates.items():
                        answered = asyncio.run(drive(asked, 4, seconds))
                        assert {status for status, _ in answered} == {200}
                        found.append(len(answered) / seconds)
            seen = asyncio.run(drive(OURS, 150, seconds * 2))
    good = [took for status, took in seen if status == 200]
    refused = [took for status, took in seen if status != 200]
    return {
        "size": len(answer.content),
        "assess": statistics.median(rates[OURS]),
        "empty": statistics.median(rates[EMPTIED]),
        "ready": statistics.median(rates[READY]),
        "ratio": statistics.median(a / b for a, b in zip(rates[OURS], rates[EMPTIED], strict=True)),
        "statuses": dict(Counter(status for status, _ in seen)),
        "p99": percentile(good, 0.99),
        "refused p50": percentile(refused, 0.5),
        "refused p99": percentile(refused, 0.99),
    }


def table(found: dict[str, Any]) -> str:
    answered, refused = found["statuses"].get(200, 0), found["statuses"].get(503, 0)
    rows = [
        ("`POST /v1/assess`, 300 characters, evidence on", f"{found['assess']:.0f} requests/s"),
        (f"empty FastAPI endpoint, same body, answer of {found['size']:,} bytes", f"{found['empty']:.0f} requests/s"),
        ("median ratio of the rounds", f"{found['ratio']:.2f}"),
        ("FastAPI endpoint that returns a ready answer as data", f"{found['ready']:.0f} requests/s"),
        (
            "overload: 150 connections, refused ones come back after 0.2 s; answered and refused",
            f"{answered:,} and {refused:,}",
        ),
        (f"overload: p99 of the answered (deadline {DEADLINE:.0f} s)", f"{found['p99']:.2f} s"),
        (
            "overload: p50 and p99 of the refused",
            f"{found['refused p50'] * 1000:.0f} and {found['refused p99'] * 1000:.0f} ms",
        ),
    ]
    return "\n".join(["| what | figure |", "|---|---|", *(f"| {what} | {figure} |" for what, figure in rows)])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--print", action="store_true", help="only print")
    options = parser.parse_args()
    found = measure(options.seconds, options.rounds)
    print(json.dumps(found, indent=1))
    if not options.print:
        page = PAGE.read_text(encoding="utf-8")
        machine = f"\n\n{platform.machine()}, {os.cpu_count()} cores, client and server on them together.\n\n"
        before, after = page.split(BEGIN)[0], page.split(END)[1]
        PAGE.write_text(f"{before}{BEGIN}\n\n{table(found)}{machine}{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
