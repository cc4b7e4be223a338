"""``huashu models``: the models of the service."""

from __future__ import annotations

from pathlib import Path

import click

from huashu_api.cli.service import model_registry, settings
from huashu_api.service.models import Choice

BASE = "base"
"""What the command line calls the model that the service is started with."""


@click.group()
def models() -> None:
    """Models of the service: `huashu models list`, `huashu models activate`, `huashu models rollback`."""


@models.command("list")
def models_list() -> None:
    """Print the versions at hand; the one in force has a star."""
    registry = model_registry(settings())
    active = registry.choice().active
    for version in [None, *registry.versions()]:
        click.echo(f"{'*' if version == active else ' '} {version or BASE}")


@models.command("activate")
@click.argument("model")
def models_activate(model: str) -> None:
    """Put MODEL in force: a version, 'base', or the folder of an artifact, which is copied first.

    A running service follows within a second and drops no request.
    """
    registry = model_registry(settings())
    is_folder = Path(model).is_dir() and model not in registry.versions()
    version = registry.add(Path(model)) if is_folder else None if model == BASE else model
    _print_choice(registry.activate(version))


@models.command("rollback")
def models_rollback() -> None:
    """Put the model before the present one in force again."""
    _print_choice(model_registry(settings()).rollback())


def _print_choice(choice: Choice) -> None:
    click.echo(f"in force: {choice.active or BASE}", err=True)
