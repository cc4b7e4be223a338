"""What has been done of a run, on disk, so that a killed one can go on.

``OUTPUT.partial/`` holds ``plan.json`` (what the output depends on) and, for each finished chunk, its rows, its
rejects and its counts. The counts are written last and under another name first, so a chunk either is finished or does
not exist. Chunks are cut by the input alone: a resumed run cuts the same ones, and the output is the same byte for
byte.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from huashu import InputError
from huashu_api.batch.tally import Tally
from huashu_api.errors import cannot_write

PLAN = "plan.json"
CURE = "check folder and free space, then repeat with --resume"
"""What to do when the output cannot be written."""


@dataclass(frozen=True, slots=True)
class Journal:
    """The folder of an unfinished run."""

    folder: Path

    def path(self, chunk: int, kind: str) -> Path:
        """The file of a chunk: ``rows``, ``rejects`` or ``counts``."""
        return self.folder / f"{chunk:08d}.{kind}"

    def finish(self, chunk: int, rows: bytes, rejects: bytes, counts: Tally) -> None:
        """Put a chunk down as done."""
        self.path(chunk, "rows").write_bytes(rows)
        self.path(chunk, "rejects").write_bytes(rejects)
        partial = self.path(chunk, "partial")
        partial.write_text(json.dumps(asdict(counts)), encoding="utf-8")
        os.replace(partial, self.path(chunk, "counts"))

    def counts(self, chunk: int) -> Tally | None:
        """The counts of a finished chunk, None for another."""
        try:
            return Tally(**json.loads(self.path(chunk, "counts").read_bytes()))
        except FileNotFoundError:
            return None


def open_journal(output: Path, plan: Mapping[str, Any], resume: bool) -> tuple[Journal, IO[str]]:
    """The journal of ``output`` and its lock, which has to be kept open.

    InputError when a run is unfinished and ``resume`` is not set, the unfinished run had another plan, or another
    process is at it; OutputError when the folder cannot be written.
    """
    journal = Journal(output.with_name(output.name + ".partial"))
    try:
        exists = journal.folder.exists()
        if exists and not resume:
            raise InputError(f"{journal.folder} holds an unfinished run; add --resume to go on, or delete it")
        journal.folder.mkdir(exist_ok=True, mode=0o700)
        lock = (journal.folder / "lock").open("w")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise InputError(f"{output}: another process is writing it; wait for it or choose another name") from None
        try:
            _check_plan(journal.folder / PLAN, plan)
        except InputError:
            lock.close()
            raise
    except OSError as error:
        raise cannot_write(output, error, CURE) from None
    return journal, lock


def _check_plan(path: Path, plan: Mapping[str, Any]) -> None:
    text = json.dumps(plan, ensure_ascii=False, sort_keys=True)
    if path.exists():
        if path.read_text(encoding="utf-8") != text:
            raise InputError(
                f"{path.parent} is of a run with other inputs, options or model; "
                "repeat that command with --resume, or delete the folder to start again"
            )
        return
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    os.replace(partial, path)


def is_unfinished(output: Path) -> bool:
    """Whether a run to ``output`` was stopped."""
    return (output.with_name(output.name + ".partial") / PLAN).exists()


def remove(journal: Journal) -> None:
    """The run is over."""
    shutil.rmtree(journal.folder, ignore_errors=True)
