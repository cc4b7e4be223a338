"""A page is written whole or not at all, over nothing that is needed, and nothing in a text can break it."""

from __future__ import annotations

from pathlib import Path

import pytest

from huashu import InputError
from huashu_training.report.page import Page, Section, Table
from huashu_training.report.render import check_target, write

EMPTY = Page("t", (), (), ())


def test_a_report_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(page: Page) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("huashu_training.report.render.markdown", full)
    with pytest.raises(OSError, match="No space"):
        write(EMPTY, tmp_path / "r.html")
    assert not list(tmp_path.iterdir())


def test_a_report_never_overwrites_what_it_is_made_from(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cases.json: would be overwritten"):
        check_target(tmp_path / "cases.html", [tmp_path / "other.jsonl", tmp_path / "cases.json"])
    (tmp_path / "r.md").mkdir()
    with pytest.raises(InputError, match=r"r.md: is a folder"):
        check_target(tmp_path / "r.html")


def test_what_a_text_holds_cannot_break_the_page(tmp_path: Path) -> None:
    nasty = "<script>alert(1)</script>|\n## x"
    table = Table(("text",), ((nasty,),))
    html, _, text = write(Page("t", (), (), (Section("s", "S", "n", (table,)),)), tmp_path / "r.html")
    assert "<script>" not in html.read_text(encoding="utf-8")
    assert "\n## x" not in text.read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "message"), [("r.pdf", "ends in .html"), ("no/r.html", "there is no folder")])
def test_a_target_that_cannot_be_is_refused(name: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=message):
        write(EMPTY, tmp_path / name)
