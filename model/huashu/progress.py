"""How long work tells how far it is, whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Progress(Protocol):
    """Somebody who is told."""

    def stage(self, name: str, steps: int | None = None) -> Callable[[int], None]:
        """A stage begins, of so many steps (None: not known); gives a function to call with the number of steps done
        since the last call."""


class _Silent:
    def stage(self, name: str, steps: int | None = None) -> Callable[[int], None]:
        return lambda steps: None


SILENT: Progress = _Silent()
"""Does nothing."""
