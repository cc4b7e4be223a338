"""Reports on finished models, also on files that hold little."""

from __future__ import annotations

from pathlib import Path

import pytest

from huashu import Classifier
from huashu.progress import SILENT
from huashu_training.measure.labelled import read_labelled
from huashu_training.report.assemble import page_of
from huashu_training.report.finished import finished_model
from huashu_training.report.render import as_json, html, markdown
from texts import LURE, write_rows

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("rows", "shown", "absent"),
    [
        ([("晚上吃鱼", "none")], "scores", "calibration"),
        ([(LURE, "fraud")], "attacks", "confusion"),
        ([("hello", "none"), ("12345", "fraud")], "calibration", "moves"),
        ([("晚上吃鱼", "none"), ("明天开会", "none")], "attacks", "labels"),
    ],
    ids=["one row", "fraud only", "no Chinese", "one class"],
)
def test_a_report_can_be_made_of_little(
    rows: list[tuple[str, str]], shown: str, absent: str, classifier: Classifier, tmp_path: Path
) -> None:
    path = write_rows(tmp_path / "r.jsonl", *({"text": text, "label": label} for text, label in rows))
    evidence = finished_model({"r": read_labelled(path)}, classifier, "huashu evaluate", SILENT)
    page = page_of(evidence, SILENT)
    sections = {section.id for section in page.sections}
    assert shown in sections
    assert absent not in sections
    assert "NaN" not in as_json(page)
    assert "nan" not in markdown(page)
    assert "<svg" in html(page)
