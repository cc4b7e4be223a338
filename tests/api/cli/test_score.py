"""``huashu score``: what it tells, and what cannot be done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import run
from texts import LURE, PLAIN

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["nowhere.csv", "-o", "out.csv"], 3, "there is no such file"),
        (["rows.txt", "-o", "out.doc"], 3, "has to end in .csv, .xlsx, .jsonl, .parquet"),
        (["rows.txt", "-o", "no/out.csv"], 5, "cannot be written"),
        (["-", "-o", "out.csv", "--resume"], 3, "cannot be resumed"),
        (["rows.txt", "-o", "out.csv", "--model", "nowhere"], 4, "cannot be read"),
        (["rows.txt"], 2, "name the file to write with -o"),
    ],
    ids=str,
)
def test_what_cannot_be_done_is_one_line_and_a_code(
    arguments: list[str], code: int, message: str, tmp_path: Path
) -> None:
    (tmp_path / "rows.txt").write_text(PLAIN, encoding="utf-8")
    done = run("score", *arguments, cwd=tmp_path)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["rows.txt"]


def test_standard_input_and_the_summary(tmp_path: Path) -> None:
    lines = f'{json.dumps({"id": 1, "text": LURE})}\n{{"id": 2}}\n'
    done = run("score", "-", "-o", "out.csv", "--summary", "s.json", text=lines, cwd=tmp_path)
    assert done.returncode == 6, done.stderr
    for part in ("-: utf-8, text=text, id=id", "rows 2 = scored 1 + rejected 1", "alert 1, review 0, pass 0", "rows/s"):
        assert part in done.stderr
    summary = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
    assert (summary["rows"], summary["scored"], summary["actions"]) == (2, 1, {"alert": 1})
    assert LURE[:8] not in done.stderr


def test_a_summary_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    done = run("score", "-", "-o", "out.csv", "--summary", "no/s.json", text=PLAIN, cwd=tmp_path)
    assert done.returncode == 5
    assert "no/s.json: cannot be written (No such file or directory); the scores are in out.csv" in done.stderr
    assert (tmp_path / "out.csv").exists()
