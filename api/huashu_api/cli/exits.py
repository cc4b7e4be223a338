"""How the command line ends: every exit code besides 0 (done) and click's 2 (wrong usage)."""

from __future__ import annotations

from huashu import ArtifactError, HuashuError
from huashu_api.errors import OutputError

INPUT, ARTIFACT, OUTPUT = 3, 4, 5
SOME, NONE = 6, 7
"""Of ``huashu score``: written, but some rows or all of them could not be judged."""
STOPPED = 130
"""Ended by Ctrl-C, as shells tell it."""
ACTIONS = {"pass": 0, "review": 10, "alert": 11}
"""Of ``huashu check --exit-code``."""
MEANING = (
    f"Exit codes: 0 done, 2 wrong usage, {INPUT} input cannot be used, {ARTIFACT} model cannot be used, "
    f"{OUTPUT} output cannot be written; of score: {SOME} some rows were rejected, {NONE} all."
)
"""For ``huashu --help``."""


def code_of(error: HuashuError) -> int:
    """The code that a command ends with when it raises ``error``."""
    return ARTIFACT if isinstance(error, ArtifactError) else OUTPUT if isinstance(error, OutputError) else INPUT
