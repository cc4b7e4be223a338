"""The commands around the HTTP service: ``huashu serve``, ``huashu keys``, ``huashu models``."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from huashu_api.cli.common import model_option, point_option

if TYPE_CHECKING:
    from huashu_api.service.models import Choice, Registry
    from huashu_api.service.settings import Settings
    from huashu_api.service.store.database import Store


def _settings(**flags: object) -> Settings:
    """The settings of the environment, over which flags go. Workers read the same environment."""
    from huashu_api.service import require

    require()
    from huashu_api.service.settings import PREFIX, read_settings

    os.environ.update({PREFIX + name.upper(): str(value) for name, value in flags.items() if value is not None})
    return read_settings()


@contextmanager
def _store() -> Iterator[Store]:
    settings = _settings()
    from huashu_api.service.store.database import Store

    store = Store.open(settings.database)
    try:
        yield store
    finally:
        store.close()


def _registry() -> Registry:
    settings = _settings()
    from huashu_api.service.models import Registry

    return Registry(settings.data / "models", settings.model)


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
    settings = _settings(host=host, port=port, workers=workers, model=model, operating_point=point)
    import uvicorn

    from huashu_api.service import logs
    from huashu_api.service.models import Registry
    from huashu_api.service.settings import is_loopback
    from huashu_api.service.store.database import Store
    from huashu_api.service.store.keys import all_keys

    # Once, here: workers would race to bring the tables up to date, and each would tell of a damaged model.
    store = Store.open(settings.database)
    keyed = any(key.revoked is None for key in all_keys(store))
    store.close()
    if settings.keys_required and not keyed:
        click.echo("no API key is in force yet; make one with: huashu keys new NAME", err=True)
    if not settings.keys_required and not is_loopback(settings.host):
        click.echo(f"keys are off: whoever reaches {settings.host} may do everything", err=True)
    registry = Registry(settings.data / "models", settings.model)
    registry.load(registry.choice().active, settings.operating_point)
    if settings.store:
        try:
            registry.keep_base()
        except OSError as error:
            click.echo(f"the model is not kept for replays: {registry.folder} ({error.strerror})", err=True)
    logs.configure()
    with tempfile.TemporaryDirectory(prefix="huashu-") as shared:
        if settings.workers > 1:
            for variable in ("PROMETHEUS_MULTIPROC_DIR", "HUASHU_NEIGHBOURS"):
                os.environ[variable] = tempfile.mkdtemp(dir=shared)
        uvicorn.run(
            "huashu_api.service.app:worker",
            factory=True,
            host=settings.host,
            port=settings.port,
            workers=settings.workers,
            timeout_graceful_shutdown=settings.shutdown,
            ws_max_size=settings.max_body,
            ws_per_message_deflate=False,
            log_config=None,
            access_log=False,
            server_header=False,
        )


@click.group()
def keys() -> None:
    """API keys: `huashu keys new`, `huashu keys list`, `huashu keys revoke`."""


@keys.command("new")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(["score", "review", "admin"]),
    default="score",
    show_default=True,
    help="score: assess; review: feedback and records too; admin: lexicon and models too.",
)
def keys_new(name: str, role: str) -> None:
    """Make a key for NAME and print it. It is shown this once: only a digest is kept."""
    with _store() as store:
        from huashu_api.service.store.keys import Role, create

        click.echo(create(store, name, Role[role]))


@keys.command("list")
def keys_list() -> None:
    """Print every key: id, role, day it was made, state, name."""
    with _store() as store:
        from huashu_api.service.store.keys import all_keys

        for key in all_keys(store):
            state = f"revoked {key.revoked:%Y-%m-%d}" if key.revoked else "in force"
            click.echo(f"{key.id}  {key.role:6}  {key.created:%Y-%m-%d}  {state}  {key.name}")


@keys.command("revoke")
@click.argument("key_id")
def keys_revoke(key_id: str) -> None:
    """End the key KEY_ID (see `huashu keys list`); a running service follows within a second."""
    with _store() as store:
        from huashu_api.service.store.keys import revoke

        revoke(store, key_id)
    click.echo("revoked", err=True)


@click.group()
def models() -> None:
    """Models of the service: `huashu models list`, `huashu models activate`, `huashu models rollback`."""


@models.command("list")
def models_list() -> None:
    """Print the versions at hand; the one in force has a star."""
    registry = _registry()
    active = registry.choice().active
    for version in [None, *registry.versions()]:
        click.echo(f"{'*' if version == active else ' '} {version or _BASE}")


@models.command("activate")
@click.argument("model")
def models_activate(model: str) -> None:
    """Put MODEL in force: a version, 'base', or the folder of an artifact, which is copied first.

    A running service follows within a second and drops no request.
    """
    registry = _registry()
    is_folder = Path(model).is_dir() and model not in registry.versions()
    version = registry.add(Path(model)) if is_folder else None if model == _BASE else model
    _tell(registry.activate(version))


@models.command("rollback")
def models_rollback() -> None:
    """Put the model before the present one in force again."""
    _tell(_registry().rollback())


_BASE = "base"
"""What the command line calls the model that the service is started with."""


def _tell(choice: Choice) -> None:
    click.echo(f"in force: {choice.active or _BASE}", err=True)
