"""``huashu serve``: the HTTP service."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

import click

from huashu_api.cli.common import model_option, point_option
from huashu_api.cli.service import model_registry, open_store, settings

SHARED = "huashu-serve-"
"""What the folders begin with that workers share; the number of their process follows."""


@click.command()
@click.option("--host", default=None, help="Address to listen on (default: 127.0.0.1).")
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Port to listen on (default: 8000).")
@click.option("--workers", type=click.IntRange(1), default=None, help="Processes that share the port (default: 1).")
@model_option
@point_option
def serve(host: str | None, port: int | None, workers: int | None, model: Path | None, point: str | None) -> None:
    """Serve HTTP: /v1/assess and more, described at /docs.

    Settings are environment variables HUASHU_...; options go over them. API keys (`huashu keys new`) are asked for when
    the address is not loopback.
    """
    chosen = settings(host=host, port=port, workers=workers, model=model, operating_point=point)
    import uvicorn  # noqa: PLC0415  (an optional extra)

    from huashu_api.service import logs, metrics  # noqa: PLC0415  (an optional extra)
    from huashu_api.service.middleware import neighbours  # noqa: PLC0415  (an optional extra)
    from huashu_api.service.settings import is_loopback  # noqa: PLC0415  (an optional extra)
    from huashu_api.service.store.keys import all_keys  # noqa: PLC0415  (an optional extra)
    from huashu_api.service.worker import PARENT  # noqa: PLC0415  (an optional extra)

    # Once, here: workers would race to bring the tables up to date, and each would tell of a damaged model.
    with open_store(chosen) as store:
        keyed = any(key.revoked is None for key in all_keys(store))
    if chosen.keys_required and not keyed:
        click.echo("no API key is in force yet; make one with: huashu keys new NAME", err=True)
    if not chosen.keys_required and not is_loopback(chosen.host):
        click.echo(f"keys are off: whoever reaches {chosen.host} may do everything", err=True)
    registry = model_registry(chosen)
    registry.load(registry.choice().active, chosen.operating_point)
    if chosen.store:
        try:
            registry.keep_base()
        except OSError as error:
            click.echo(f"the model is not kept for replays: {registry.folder} ({error.strerror})", err=True)
    logs.configure()
    memory = _memory()
    _clear(memory or tempfile.gettempdir())
    with tempfile.TemporaryDirectory(prefix=f"{SHARED}{os.getpid()}-", dir=memory) as shared:
        if chosen.workers > 1:
            os.environ[PARENT] = str(os.getpid())
            for variable in (metrics.FOLDER, neighbours.FOLDER):
                os.environ[variable] = tempfile.mkdtemp(dir=shared)
        uvicorn.run(
            "huashu_api.service.app:worker",
            factory=True,
            host=chosen.host,
            port=chosen.port,
            workers=chosen.workers,
            timeout_graceful_shutdown=chosen.shutdown,
            http="huashu_api.service.connections:GuardedProtocol",
            ws_max_size=chosen.max_message,
            ws_max_queue=2,
            ws_per_message_deflate=False,
            log_config=None,
            access_log=False,
            server_header=False,
        )


def _memory() -> str | None:
    """A folder in memory, None where there is none: workers map their figures from it, and would die by a full disk."""
    shared = "/dev/shm"
    return shared if os.access(shared, os.W_OK | os.X_OK) else None


def _clear(folder: str) -> None:
    """Remove what services that were killed have left behind."""
    for path in Path(folder).glob(f"{SHARED}*"):
        owner = path.name.removeprefix(SHARED).partition("-")[0]
        if owner.isdecimal() and not Path("/proc", owner).exists() and path.stat().st_uid == os.getuid():
            shutil.rmtree(path, ignore_errors=True)
