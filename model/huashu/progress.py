"""How long work tells how far it is: stages by name, each with steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol


class Progress(Protocol):
    """Somebody who wants to know: a bar in a terminal, a log, a test."""

    def stage(self, name: str, steps: int | None = None) -> Callable[[int], None]:
        """A stage of ``steps`` (None: not known) begins; gives a function to call with how many were just done."""
        ...


class _Silent:
    def stage(self, name: str, steps: int | None = None) -> Callable[[int], None]:
        return lambda done: None


SILENT: Progress = _Silent()
"""Nobody wants to know."""
