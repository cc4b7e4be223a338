"""The real command line, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HUASHU = (sys.executable, "-m", "huashu_api.cli")
"""What is run as ``huashu``."""


def run(*arguments: str | Path, text: str | bytes = b"", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """``huashu`` with ``arguments``, and ``text`` on its standard input."""
    data = text.encode() if isinstance(text, str) else text
    done = subprocess.run([*HUASHU, *map(str, arguments)], input=data, capture_output=True, cwd=cwd)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())
