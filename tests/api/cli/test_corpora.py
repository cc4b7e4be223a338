"""``huashu corpora``: problems are told one by one, documents counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import run
from texts import LURE, PLAIN, write_rows

pytestmark = pytest.mark.slow


def test_problems_are_told_one_by_one(tmp_path: Path) -> None:
    rows = [
        {"id": "1", "text": LURE, "scheme": "upgrade_fee", "register": "pitch"},
        {"id": "2", "text": PLAIN, "scheme": "none", "register": "call"},
    ]
    done = run("corpora", "check", "--corpus", write_rows(tmp_path / "corpus.jsonl", *rows))
    *problems, last = done.stderr.splitlines()
    assert (done.returncode, done.stdout) == (3, "")
    assert "a valid-looking mobile or identity number; mask it: 1" in problems
    assert last == f"huashu: {len(problems)} problems in 2 documents; mend them and check again"


def test_documents_are_counted(tmp_path: Path) -> None:
    rows = [{"id": "1", "text": PLAIN, "scheme": "none", "register": "call"}]
    done = run("corpora", "stats", "--corpus", write_rows(tmp_path / "corpus.jsonl", *rows))
    assert done.returncode == 0
    assert "| none | 0 | 1 | 0 | 0 | 1 |" in done.stdout
