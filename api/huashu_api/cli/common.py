"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path

import click

PATH = click.Path(path_type=Path)

model_option = click.option(
    "--model", type=PATH, default=None, help="Folder of another model artifact (default: the shipped one)."
)

point_option = click.option(
    "--operating-point", "point", default=None, metavar="NAME", help="The model's thresholds to use (default: its own)."
)
