"""The report: complete, self-contained, honest about its splits."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import numpy as np
import pytest

from huashu import InputError
from huashu_corpora import Document
from huashu_training.fit.crossfit import Fold, HeldOut, LeakError, grouped_folds
from huashu_training.fit.tasks import clause_task, read, text_task
from huashu_training.measure.bootstrap import interval, resamples
from huashu_training.measure.robustness import measure
from huashu_training.report import require
from huashu_training.report.assemble import page_of
from huashu_training.report.crossvalidated import (
    calibrate_folds,
    check_near_duplicates,
    cross_validated,
    curve_splits,
)
from huashu_training.report.findings import mcnemar
from huashu_training.report.page import Figure, Page, Section, Table
from huashu_training.report.render import check_target, write


def silent(stage: str, steps: int) -> object:
    return lambda: None


@pytest.fixture(scope="module")
def page(few_documents: list[Document]) -> Page:
    return page_of(cross_validated(few_documents, silent, "huashu evaluate --report r.html"), silent)  # type: ignore[arg-type]


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


def test_a_report_is_written_whole_or_not_at_all(page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(page: Page) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("huashu_training.report.render.markdown", full)
    with pytest.raises(OSError, match="No space"):
        write(page, tmp_path / "r.html")
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
        write(Page("t", (), (), ()), tmp_path / name)


def test_a_planted_near_duplicate_across_a_split_is_an_error(documents: list[Document]) -> None:
    some = documents[:60]
    texts = [*(document.text for document in some), some[0].text + "。"]
    honest = Fold(np.arange(1, 60), np.array([0, 60]))
    assert [(i, j) for i, j, _ in check_near_duplicates(texts, [honest])] == [(0, 60)]
    with pytest.raises(LeakError, match=r"near-duplicates .* on both sides of a split: texts 0 and 60"):
        check_near_duplicates(texts, [Fold(np.arange(60), np.array([60]))])


def test_grouped_folds_pass_the_check_on_the_shipped_corpora(documents: list[Document]) -> None:
    check_near_duplicates([document.text for document in documents], grouped_folds(documents))


def leaky(documents: list[Document], folds: int) -> list[Fold]:
    """Folds that part the first document from its near-duplicate, the last."""
    return [Fold(np.arange(1, len(documents)), np.array([0])), Fold(np.array([0]), np.arange(1, len(documents)))]


@pytest.fixture(scope="module")
def planted(documents: list[Document]) -> list[Document]:
    original = documents[0]
    copy = Document("copy", original.text + "。", original.scheme, original.register, group="copy", hand="other")
    return [*documents[:40], copy]


def test_a_planted_leak_is_caught_in_every_split(planted: list[Document]) -> None:
    reading = read(planted)
    texts = text_task(reading, leaky)  # type: ignore[arg-type]
    clauses = clause_task(reading, np.zeros((len(reading.documents), 22)), leaky)  # type: ignore[arg-type]
    for task in (texts, clauses):
        with pytest.raises(LeakError, match="on both sides of a split"):
            task.cross_fit(lambda: None)
    with pytest.raises(LeakError, match="on both sides of a split"):
        curve_splits(texts)


def test_a_text_is_never_judged_by_a_model_that_learned_from_its_group(planted: list[Document]) -> None:
    groups = text_task(read(planted), grouped_folds).groups[: len(planted)]
    last = len(planted) - 1
    fold_of = np.zeros(len(planted), np.intp)
    with pytest.raises(LeakError, match="1 groups stand on both sides"):
        measure(planted, HeldOut(fold_of, [Fold(np.array([0]), np.array([last]))], groups), None, (0.9, 0.5), (9, 9))  # type: ignore[arg-type]
    fold_of[last] = 1
    nothing = Fold(np.array([], np.intp), np.arange(len(planted)))
    with pytest.raises(LeakError, match="1 groups stand on both sides"):
        calibrate_folds(np.zeros((41, 22)), np.zeros((41, 22), np.int8), HeldOut(fold_of, [nothing, nothing], groups))


def test_missing_packages_are_named_with_the_command_that_installs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cleanlab", None)
    with pytest.raises(InputError, match=r"cleanlab; install it with: pip install 'huashu\[report\]'"):
        require()


def test_documents_of_one_side_are_refused(documents: list[Document]) -> None:
    none = [document for document in documents if document.scheme == "none"][:50]
    with pytest.raises(InputError, match="some that ought to alert and some not"):
        cross_validated(none, silent, "huashu evaluate")  # type: ignore[arg-type]


def test_mcnemar_counts_only_where_the_two_differ() -> None:
    ours, theirs = np.array([True] * 10 + [False] * 2 + [True] * 5), np.array([False] * 10 + [True] * 2 + [True] * 5)
    ahead, behind, p = mcnemar(ours, theirs)
    assert (ahead, behind) == (10, 2)
    assert p == pytest.approx(0.0386, abs=1e-4)
    assert mcnemar(ours, ours) == (0, 0, 1.0)


def test_resamples_draw_whole_groups() -> None:
    groups = np.array([0, 1, 0, 2, 2, 2])
    for rows in resamples(groups, number=50):
        counts = np.bincount(rows, minlength=6)
        assert counts[0] == counts[2]
        assert counts[3] == counts[4] == counts[5]


def test_the_interval_of_a_mean_is_about_two_standard_errors() -> None:
    values = np.random.default_rng(6).normal(0, 1, 400)
    value, low, high = interval(lambda rows: float(values[rows].mean()), np.arange(400))
    assert low < value < high
    assert high - low == pytest.approx(4 / 20, rel=0.2)
