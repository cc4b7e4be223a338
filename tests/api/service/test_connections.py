"""What a connection may do before anybody knows whose it is: raw sockets against a real server."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest
import uvicorn

from huashu_api.service import connections
from huashu_api.service.connections import MAX_HEAD, MAX_HEADERS, READ, GuardedProtocol

LARGE = b"x" * 300_000


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Answers with the headers that the application saw, or something large."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    headers = [[name.decode(), value.decode("latin-1")] for name, value in scope["headers"]]
    body = LARGE if scope["path"] == "/large" else json.dumps(headers).encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(body)).encode())]}
    )
    await send({"type": "http.response.body", "body": body})


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(connections, "UNREAD_SECONDS", 0.3)
    monkeypatch.setattr(GuardedProtocol, "most", 1000)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(
            uvicorn.Config(echo, http=GuardedProtocol, lifespan="off", log_config=None, timeout_graceful_shutdown=1)
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive()


def ask(port: int, *pieces: bytes, pause: float = 0) -> bytes:
    """All that comes back for ``pieces``, until the server closes or says nothing for a second."""
    with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
        answer = b""
        try:
            for piece in pieces:
                connection.sendall(piece)
                time.sleep(pause)
            while chunk := connection.recv(65536):
                answer += chunk
        except (TimeoutError, ConnectionError):
            pass
        return answer


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


def test_a_usual_request_is_answered(port: int) -> None:
    answer = ask(port, b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert status(answer) == 200
    assert json.loads(answer.partition(b"\r\n\r\n")[2]) == [["host", "a"], ["connection", "close"]]


REFUSED = {
    "a head that is too large": (b"GET / HTTP/1.1\r\nHost: a\r\nA: " + b"x" * MAX_HEAD + b"\r\n\r\n", 431),
    "a line that does not end": (b"GET / HTTP/1.1\r\nHost: a\r\nA: " + b"x" * 3 * READ, 431),
    "a path that does not end": (b"GET /" + b"x" * 3 * READ, 431),
    "too many headers": (b"GET / HTTP/1.1\r\nHost: a\r\n" + b"A:\r\n" * MAX_HEADERS + b"\r\n", 431),
    "two hosts": (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    "two keys": (b"GET / HTTP/1.1\r\nHost: a\r\nAuthorization: a\r\nauthorization: b\r\n\r\n", 400),
    "two lengths": (b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na", 400),
    "two codings": (b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 400),
    "half a head": (b"GET / HTTP/1.1\r\nHost: a\r\n", 408),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
}


@pytest.mark.parametrize("name", REFUSED)
def test_heads_that_are_refused(port: int, name: str) -> None:
    request, expected = REFUSED[name]
    answer = ask(port, request)
    assert status(answer) == expected
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    assert b"connection: close" in head
    assert json.loads(body)["status"] == expected


def test_trailers_do_not_join_the_headers(port: int) -> None:
    request = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nAuthorization: b\r\n\r\n"
    assert status(ask(port, request)) == 400


@pytest.mark.parametrize("sent", [b"", b"\r\n"])
def test_a_connection_that_says_nothing_is_closed(port: int, sent: bytes) -> None:
    begin = time.monotonic()
    ask(port, sent)
    assert time.monotonic() - begin < 0.9


def test_a_head_that_trickles_is_not_waited_for(port: int) -> None:
    request = [b"GET / HTTP/1.1\r\n", *(b"A: b\r\n" for _ in range(8)), b"\r\n"]
    answer = ask(port, *request, pause=0.1)
    assert answer == b"" or status(answer) == 408


def test_requests_without_reading_answers_are_not_piled_up(port: int) -> None:
    def send_many() -> None:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
            for _ in range(200):
                connection.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\n\r\n" * 100)
                time.sleep(0.02)

    with pytest.raises((ConnectionError, TimeoutError)):
        send_many()


def test_a_few_requests_may_be_sent_ahead(port: int) -> None:
    answer = ask(port, b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 5)
    assert answer.count(b"HTTP/1.1 200") == 5


def test_connections_are_counted_in_all_and_let_go_of(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GuardedProtocol, "most", 3)
    held = [socket.create_connection(("127.0.0.1", port), timeout=1) for _ in range(3)]
    time.sleep(0.1)
    request = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    assert status(ask(port, request)) == 503
    for connection in held:
        connection.close()
    time.sleep(0.1)
    assert status(ask(port, request)) == 200


def test_connections_of_one_address_are_counted(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(GuardedProtocol, "most_of_address", 1)
    request = b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=1):
        time.sleep(0.05)
        assert status(ask(port, request)) == 200  # from this machine, where a proxy may stand
        monkeypatch.setattr(connections, "_is_here", lambda address: False)
        assert status(ask(port, request)) == 503
