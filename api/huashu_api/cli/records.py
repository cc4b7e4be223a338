"""``huashu records``: the records of the service. It is an optional extra, which is imported where a command needs
it."""

from __future__ import annotations

import click

from huashu_api.cli.service import open_store, settings


@click.group()
def records() -> None:
    """Records of the service: `huashu records accept-clock`."""


@records.command("accept-clock")
def accept_clock() -> None:
    """Let records end by the clock as it is now.

    A service that finds its clock ten days or more from where it was when it last looked deletes nothing until this is
    said: a clock set wrongly would make every record look old.
    """
    with open_store(settings()) as store:
        from huashu_api.service.store.records import Records  # noqa: PLC0415  (an optional extra)

        Records(store).accept_clock()
    click.echo("records end by the present clock again", err=True)
