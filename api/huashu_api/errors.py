"""Errors of the ways into Huashu, besides those of :mod:`huashu.errors`."""

from __future__ import annotations

from pathlib import Path

from huashu import HuashuError


class OutputError(HuashuError):
    """The output cannot be written."""


def cannot_write(path: Path, error: OSError, cure: str) -> OutputError:
    """One line for a full disk, a missing folder and the like; ``cure`` says what to do."""
    return OutputError(f"{path}: cannot be written ({error.strerror}); {cure}")
