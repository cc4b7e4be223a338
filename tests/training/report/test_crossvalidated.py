"""The report on the method is complete, self-contained, and the same in all its forms."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from huashu import InputError
from huashu.progress import SILENT
from huashu_corpora import Document
from huashu_training.report import require
from huashu_training.report.assemble import page_of
from huashu_training.report.crossvalidated import cross_validated
from huashu_training.report.page import Figure, Page
from huashu_training.report.render import write

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def page(few_documents: list[Document]) -> Page:
    evidence = cross_validated(few_documents, "huashu evaluate --report r.html", SILENT)
    return page_of(evidence, SILENT)


def test_the_report_holds_what_a_threshold_is_defended_with(page: Page) -> None:
    assert [section.id for section in page.sections] == [
        "figures",
        "points",
        "calibration",
        "curves",
        "scores",
        "confusion",
        "breakdowns",
        "moves",
        "attacks",
        "comparison",
        "curve",
        "errors",
        "labels",
        "phrases",
    ]
    assert all(section.note and section.parts for section in page.sections)
    assert all(part.caption for section in page.sections for part in section.parts if isinstance(part, Figure))


def test_the_page_is_one_small_file_that_opens_offline(page: Page, tmp_path: Path) -> None:
    html, data, text = write(page, tmp_path / "r.html")
    content = html.read_text(encoding="utf-8")
    assert html.stat().st_size < 3_000_000
    assert content.count("<svg") >= 8
    assert not re.search(r'(?:src|href)="(?!#)(?!data:)', content.replace("xlink:href", "href"))
    assert "<script" not in content
    assert set(json.loads(data.read_text(encoding="utf-8"))["sections"]) == {section.id for section in page.sections}
    assert "## Under attack" in text.read_text(encoding="utf-8")
    assert not re.findall(r'<g id="', content)


def test_json_and_markdown_hold_what_the_figures_draw(page: Page, tmp_path: Path) -> None:
    _, data, text = write(page, tmp_path / "r.html")
    written = json.loads(data.read_text(encoding="utf-8"))
    numbers = written["numbers"]
    assert 0 <= numbers["figures"]["expected calibration error of risk"]["low"] < 1
    assert numbers["operating_points"]["strict"]["expected"]["recall"][0] <= 1
    attacks = [rates["attack"] for rates in numbers["attacks"]]
    assert attacks == [rates["attack"] for rates in numbers["plain_attacks"]]
    assert len(attacks) == 17
    captions = [table["caption"] for table in written["sections"]["curves"]["tables"]]
    assert "Recall at false positive rate" in captions
    content = text.read_text(encoding="utf-8")
    for heading in ("Schemes: true against found", "Texts by score", "| documents learned from | scheme macro-F1 |"):
        assert heading in content


def test_missing_packages_are_named_with_the_command_that_installs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cleanlab", None)
    with pytest.raises(InputError, match=r"cleanlab; install it with: pip install 'huashu\[report\]'"):
        require()


def test_documents_of_one_side_are_refused(documents: list[Document]) -> None:
    none = [document for document in documents if document.scheme == "none"][:50]
    with pytest.raises(InputError, match="a report needs at least 20, some that ought to alert"):
        cross_validated(none, "huashu evaluate", SILENT)
