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


def test_a_dry_run_shows_how_files_are_read_and_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "一.csv").write_bytes(f"工单号,投诉内容\n7,{LURE}电话13912345678\n8,\n".encode("gb18030"))
    done = run("score", "一.csv", "--dry-run", cwd=tmp_path)
    assert done.returncode == 6, done.stderr
    assert "一.csv: gb18030, text=投诉内容, id=工单号" in done.stdout
    assert f"一.csv row 1 id 7: {LURE[:10]}" in done.stdout
    assert "一.csv row 2 id 8: the text is empty" in done.stdout
    assert "13912345678" not in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["一.csv"]


def test_columns_by_file(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(f"甲,乙\n{LURE},{PLAIN}\n", encoding="utf-8")
    (tmp_path / "c.json").write_text('{"b.csv": {"text": "乙"}}', encoding="utf-8")
    done = run("score", "a.csv", "b.csv", "--text", "甲", "--columns", "c.json", "-o", "o.jsonl", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in (tmp_path / "o.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["file"], row["action"]) for row in rows] == [("a.csv", "alert"), ("b.csv", "pass")]
    (tmp_path / "c.json").write_text('{"b.csv": {"colour": "乙"}}', encoding="utf-8")
    wrong = run("score", "a.csv", "--columns", "c.json", "-o", "p.jsonl", cwd=tmp_path)
    assert wrong.returncode == 3
    assert "has to be like" in wrong.stderr


def test_labels_are_told_in_the_language_that_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(LURE, encoding="utf-8")
    for language, heading, label in (("zh", "处置", "预警"), ("en", "action", "alert"), ("id", "action", "alert")):
        done = run("score", "a.txt", "--labels", language, "-o", f"{language}.csv", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        head, row = (tmp_path / f"{language}.csv").read_text(encoding="utf-8-sig").splitlines()[:2]
        assert heading in head.split(",")
        assert label in row.split(",")


def test_the_summary_page_counts_and_shows_nothing_personal(tmp_path: Path) -> None:
    table = "工单号,受理时间,来源,投诉内容\n" + "".join(
        f"{n},2025-07-{n:02} 10:00,{'电话' if n % 2 else '网页'},{LURE if n % 3 else PLAIN}电话13912345678<q>\n"
        for n in range(1, 13)
    )
    (tmp_path / "七月.csv").write_text(table + "13,2025-07-13 10:00,电话,\n", encoding="utf-8")
    done = run("score", "七月.csv", "-o", "o.xlsx", "--report", "r.html", cwd=tmp_path)
    assert done.returncode == 6, done.stderr
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    for part in ("2025-07-12", "电话", "网页", "冒充客服骗取POS升级服务费", "is empty", "预警"):
        assert part in page
    assert "13912345678" not in page
    assert "<q>" not in page
    assert "http" not in page.replace("http-equiv", "")
    again = run("score", "七月.csv", "-o", "p.xlsx", "--report", "r.html", cwd=tmp_path)
    assert again.returncode == 5
    assert "r.html: exists already" in again.stderr
