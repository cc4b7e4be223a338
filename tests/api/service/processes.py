"""Real servers for tests: ``huashu serve`` on a free port, and a PostgreSQL of Debian's."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2 as httpx

from commands import HUASHU


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One ``huashu serve`` with settings of its own; its log is in ``log``."""

    def __init__(self, data: Path, **settings: object) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = data / "server.log"
        self.environment = {
            **os.environ,
            "HUASHU_DATA": str(data),
            "HUASHU_RATE": "1000000",
            "HUASHU_REFRESH": "0.05",
            **{f"HUASHU_{name.upper()}": str(value) for name, value in settings.items()},
        }
        self.start()

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*HUASHU, "serve", "--port", str(self.port)],
                stdout=log,
                stderr=log,
                env=self.environment,
                start_new_session=True,
            )
        for _ in range(400):
            with contextlib.suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/readyz").status_code == 200:
                    return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise AssertionError(f"the server did not come up:\n{self.log.read_text()}")

    def kill(self) -> None:
        """kill -9, the workers too."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(20)

    def stop(self) -> int:
        """SIGTERM; the exit code."""
        self.process.terminate()
        return self.process.wait(30)


@contextlib.contextmanager
def serving(data: Path, **settings: object) -> Iterator[Server]:
    server = Server(data, **settings)
    try:
        yield server
    finally:
        server.kill()


def postgres_binaries() -> Path | None:
    """The newest of Debian's, None where there is none."""
    return max(Path("/usr/lib/postgresql").glob("*/bin/initdb"), default=Path()).parent if has_postgres() else None


def has_postgres() -> bool:
    return any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The URL of a PostgreSQL that lives as long as the block."""
    binaries = postgres_binaries()
    assert binaries
    folder = Path(tempfile.mkdtemp(prefix="huashu-pg-"))
    user: str | None = None
    if os.getuid() == 0:  # PostgreSQL does not run as root
        user = "postgres"
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    cluster = folder / "cluster"
    options = {"user": user, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    subprocess.run(
        [binaries / "initdb", "-D", cluster, "-A", "trust", "-U", "huashu", "-E", "UTF8", "--no-locale", "--no-sync"],
        check=True,
        **options,  # type: ignore[call-overload]
    )
    process = subprocess.Popen(
        [binaries / "postgres", "-D", cluster, "-k", folder, "-c", "listen_addresses="],
        **options,  # type: ignore[call-overload]
    )
    try:
        for _ in range(200):
            ready = subprocess.run([binaries / "pg_isready", "-q", "-h", folder], check=False)
            if ready.returncode == 0:
                break
            time.sleep(0.05)
        yield f"postgresql://huashu@/postgres?host={folder}"
    finally:
        process.send_signal(signal.SIGQUIT)
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def wait_until(holds: Callable[[], bool]) -> None:
    """Returns when ``holds``; AssertionError when it does not come to that."""
    for _ in range(400):
        if holds():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come to that")
