"""Places where long work looks whether it is still wanted: whoever runs it can have it cut off between two steps."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Check = Callable[[], None]
"""Raises where the work is to end."""

_running = threading.local()


@contextmanager
def checked(check: Check | None) -> Iterator[None]:
    """Within the block this thread's work calls ``check`` at every :func:`checkpoint`, some hundred times a second;
    None: it is not cut off, because it would leave something half done."""
    before = getattr(_running, "check", None)
    _running.check = check
    try:
        yield
    finally:
        _running.check = before


def checkpoint() -> None:
    """Ends the work by an exception where it is not wanted any more; else nothing."""
    check: Check | None = getattr(_running, "check", None)
    if check is not None:
        check()
