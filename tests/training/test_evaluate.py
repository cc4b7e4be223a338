"""Labelled files: what is read, what is refused, and reports on files that hold little."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from huashu import Classifier, InputError
from huashu_corpora import Document
from huashu_training.contamination import learned_by, read_unlearned
from huashu_training.measure.evaluate import read_labelled
from huashu_training.report.assemble import page_of
from huashu_training.report.judged import judged
from huashu_training.report.render import as_json, html, markdown
from huashu_training.train import Training

EXPIRY = "您的机器到期了，免费给您换新机，回复1登记"


def silent(stage: str, steps: int) -> Callable[[], None]:
    return lambda: None


def rows_of(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_rows_are_read_with_label_or_scheme_and_marks_in_place(tmp_path: Path) -> None:
    marks = [{"tactic": "device_expiry", "quote": "机", "at": 14}]
    path = rows_of(
        tmp_path / "r.jsonl",
        {"text": EXPIRY, "scheme": "upgrade_fee", "label": None, "tactics": marks, "hand": "w", "url": "x"},
        {"text": "晚上吃鱼", "label": "none", "tactics": None, "register": ""},
    )
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    first, second = read_labelled(path)
    assert (first.label, first.hand, first.line, first.tactics[0].start) == ("upgrade_fee", "w", 1, 14)
    assert (second.label, second.register, second.tactics, second.line) == ("none", None, (), 2)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"text": "好"}, "needs a 'label' or a 'scheme'"),
        ({"text": "好", "label": ["none"]}, "unknown label"),
        ({"text": "好", "label": "none", "register": {}, "tactics": 5}, "'tactics' must be a list"),
        ({"text": "好", "label": "none", "register": "x"}, "unknown register 'x'"),
        ({"text": EXPIRY, "label": "fraud", "tactics": ["device_expiry"]}, "must be an object"),
        ({"text": EXPIRY, "label": "fraud", "tactics": [{"quote": "机器"}]}, "the field 'tactic' is missing"),
        ({"text": EXPIRY, "label": "fraud", "tactics": [{"tactic": "x", "quote": "机器"}]}, "unknown tactic 'x'"),
        ({"text": EXPIRY, "label": "fraud", "tactics": [{"tactic": "device_expiry", "quote": 5}]}, "must be a string"),
        ({"text": EXPIRY, "label": "fraud", "tactics": [{"tactic": "device_expiry", "quote": "无"}]}, "is not there"),
    ],
)
def test_a_bad_row_is_named_with_file_and_line(row: dict[str, Any], message: str, tmp_path: Path) -> None:
    path = rows_of(tmp_path / "r.jsonl", {"text": "好的", "label": "none"}, row)
    with pytest.raises(InputError, match=f"r.jsonl:2: .*{message}"):
        read_labelled(path)


def test_files_that_hold_nothing_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.jsonl").write_text("\n  \n", encoding="utf-8")
    (tmp_path / "gbk.jsonl").write_bytes("您好".encode("gb18030"))
    with pytest.raises(InputError, match="holds no rows"):
        read_labelled(tmp_path / "empty.jsonl")
    with pytest.raises(InputError, match="is not UTF-8"):
        read_labelled(tmp_path / "gbk.jsonl")
    with pytest.raises(InputError, match="No such file"):
        read_labelled(tmp_path / "missing.jsonl")


def test_what_another_model_learned_from_is_found_when_named(
    tiny: Training, few_documents: list[Document], tmp_path: Path
) -> None:
    model = Classifier.load(tiny.folder)
    long = max(few_documents, key=lambda document: len(document.text))
    texts = (long.text + "！", "晚上吃鱼")
    path = rows_of(tmp_path / "r.jsonl", *({"text": text, "label": "none"} for text in texts))
    assert learned_by([model]).unknown == [model.version]
    learned = learned_by([model], few_documents)
    assert not learned.unknown
    with pytest.raises(InputError, match=f"r.jsonl:1: a near-duplicate .* of document {long.id}"):
        read_unlearned(path, learned, leave_out=False)
    rows, left_out = read_unlearned(path, learned, leave_out=True)
    assert ([row.text for row in rows], left_out) == (["晚上吃鱼"], 1)
    with pytest.raises(InputError, match="are not those that the model learned from"):
        learned_by([model], few_documents[1:])


@pytest.mark.parametrize(
    ("rows", "shown", "absent"),
    [
        ([("晚上吃鱼", "none")], "scores", "calibration"),
        ([(EXPIRY, "fraud")], "attacks", "confusion"),
        ([("hello", "none"), ("12345", "fraud")], "calibration", "moves"),
        ([("晚上吃鱼", "none"), ("明天开会", "none")], "attacks", "labels"),
    ],
    ids=["one row", "fraud only", "no Chinese", "one class"],
)
def test_a_report_can_be_made_of_little(
    rows: list[tuple[str, str]], shown: str, absent: str, classifier: Classifier, tmp_path: Path
) -> None:
    path = rows_of(tmp_path / "r.jsonl", *({"text": text, "label": label} for text, label in rows))
    page = page_of(judged({"r": read_labelled(path)}, classifier, None, silent, "huashu evaluate"), silent)
    sections = {section.id for section in page.sections}
    assert shown in sections
    assert absent not in sections
    assert "NaN" not in as_json(page)
    assert "nan" not in markdown(page)
    assert "<svg" in html(page)
