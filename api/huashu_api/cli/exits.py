"""How the command line ends: every exit code besides 0 (done) and click's 2 (wrong usage)."""

from __future__ import annotations

from huashu import ArtifactError, HuashuError
from huashu_api.errors import OutputError

INPUT, ARTIFACT, OUTPUT = 3, 4, 5
STOPPED = 130
"""Ended by Ctrl-C, as shells tell it."""
ACTIONS = {"pass": 0, "review": 10, "alert": 11}
"""Of ``huashu check --exit-code``."""
MEANING = (
    "Exit codes: 0 done, 2 wrong usage, 3 input cannot be used, 4 model cannot be used, 5 output cannot be written."
)
"""For ``huashu --help``."""


def code_of(error: HuashuError) -> int:
    """The code that a command ends with when it raises ``error``."""
    return {ArtifactError: ARTIFACT, OutputError: OUTPUT}.get(type(error), INPUT)
