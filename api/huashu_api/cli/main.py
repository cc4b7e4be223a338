"""The command line: ``huashu check | score | train | evaluate | drift | corpora | serve | keys | models | records``."""

from __future__ import annotations

import sys
from importlib import import_module

import click

from huashu import HuashuError, __version__
from huashu_api.cli import exits

COMMANDS = ("check", "corpora", "drift", "evaluate", "keys", "models", "records", "score", "serve", "train")
"""Each is the command of that name in the module of that name beside this one."""


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is asked for: ``huashu check`` loads no other."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of ``COMMANDS``."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, None when there is none."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"huashu_api.cli.{cmd_name}"), cmd_name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]}, epilog=exits.MEANING)
@click.version_option(__version__, prog_name="huashu")
def cli() -> None:
    """Huashu reads Chinese complaint text and call transcripts and says whether a fraud script is at work."""


def main() -> None:
    """Entry point: runs the command and turns Huashu's own errors into one line and an exit code."""
    try:
        cli()
    except HuashuError as error:
        click.echo(f"huashu: {error}", err=True)
        sys.exit(exits.code_of(error))


if __name__ == "__main__":
    main()
