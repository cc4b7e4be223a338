"""Progress bars on standard error: they appear where there is a terminal and go when the work is done."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from rich.console import Console
from rich.progress import Progress as Bars
from rich.progress import ProgressColumn

from huashu.progress import Progress

SECONDS = 30.0
"""Between two lines about the progress where there is no terminal."""


def bars(*columns: ProgressColumn) -> Bars:
    """Bars with these ``columns`` (rich's own for none), to be entered while the work goes on."""
    return Bars(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())


@contextmanager
def stage_bars() -> Iterator[Progress]:
    """A bar for each stage of the work."""
    with bars() as drawn:
        yield _Stages(drawn)


class _Stages:
    """:class:`huashu.progress.Progress`, drawn."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars

    def stage(self, name: str, steps: int | None = None) -> Callable[[int], None]:
        """A new bar under those that are there."""
        return partial(self._bars.advance, self._bars.add_task(name, total=steps))


class LineNowAndThen:
    """Progress for logs: a line on standard error, ``SECONDS`` apart, where that is no terminal."""

    def __init__(self) -> None:
        self._last = time.monotonic()

    def say(self, line: str) -> None:
        """Print ``line`` when it is time for one."""
        if not sys.stderr.isatty() and time.monotonic() - self._last >= SECONDS:
            self._last = time.monotonic()
            print(line, file=sys.stderr, flush=True)
