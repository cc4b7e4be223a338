"""Progress bars: drawn where somebody looks, nowhere else."""

from __future__ import annotations

import io
import sys

import pytest

from huashu_api.cli.progress import stage_bars


class Terminal(io.StringIO):
    """Standard error with somebody before it."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("stream", [Terminal(), io.StringIO()], ids=["terminal", "pipe"])
def test_stages_are_shown_on_a_terminal_only(stream: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setenv("TERM", "xterm")
    with stage_bars() as progress:
        advance = progress.stage("reading", 4)
        advance(3)
    assert ("reading" in stream.getvalue(), "75%" in stream.getvalue()) == (stream.isatty(), stream.isatty())
