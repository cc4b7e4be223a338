"""``huashu keys``: API keys of the service. It is an optional extra, which is imported where a command needs it."""

from __future__ import annotations

import click

from huashu_api.cli.service import open_store, settings


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
    with open_store(settings()) as store:
        from huashu_api.service.store.keys import Role, create  # noqa: PLC0415  (an optional extra)

        click.echo(create(store, name, Role[role]))


@keys.command("list")
def keys_list() -> None:
    """Print every key: id, role, day it was made, state, name."""
    with open_store(settings()) as store:
        from huashu_api.service.store.keys import all_keys  # noqa: PLC0415  (an optional extra)

        for key in all_keys(store):
            state = f"revoked {key.revoked:%Y-%m-%d}" if key.revoked else "in force"
            click.echo(f"{key.id}  {key.role:6}  {key.created:%Y-%m-%d}  {state}  {key.name}")


@keys.command("revoke")
@click.argument("key_id")
def keys_revoke(key_id: str) -> None:
    """End the key KEY_ID (see `huashu keys list`); a running service follows within a second."""
    with open_store(settings()) as store:
        from huashu_api.service.store.keys import revoke  # noqa: PLC0415  (an optional extra)

        revoke(store, key_id)
    click.echo("revoked", err=True)
