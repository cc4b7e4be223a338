"""Labelled files: what is read, and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from huashu import InputError
from huashu_training.measure.labelled import read_labelled
from texts import LURE, write_rows


def test_rows_are_read_with_label_or_scheme_and_marks_in_place(tmp_path: Path) -> None:
    marks = [{"tactic": "device_expiry", "quote": "到", "at": 22}]
    path = write_rows(
        tmp_path / "r.jsonl",
        {"text": LURE, "scheme": "upgrade_fee", "label": None, "tactics": marks, "hand": "w", "url": "x"},
        {"text": "晚上吃鱼", "label": "none", "tactics": None, "register": ""},
    )
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    first, second = read_labelled(path)
    assert (first.label, first.hand, first.line, first.tactics[0].start) == ("upgrade_fee", "w", 1, 22)
    assert (second.label, second.register, second.tactics, second.line) == ("none", None, (), 2)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"text": "好"}, "needs a 'label' or a 'scheme'"),
        ({"text": "好", "label": ["none"]}, "unknown label"),
        ({"text": "好", "label": "none", "register": {}, "tactics": 5}, "'tactics' must be a list"),
        ({"text": "好", "label": "none", "register": "x"}, "unknown register 'x'"),
        ({"text": LURE, "label": "fraud", "tactics": ["device_expiry"]}, "must be an object"),
        ({"text": LURE, "label": "fraud", "tactics": [{"quote": "到期"}]}, "the field 'tactic' is missing"),
        ({"text": LURE, "label": "fraud", "tactics": [{"tactic": "x", "quote": "到期"}]}, "unknown tactic 'x'"),
        ({"text": LURE, "label": "fraud", "tactics": [{"tactic": "device_expiry", "quote": 5}]}, "must be a string"),
        ({"text": LURE, "label": "fraud", "tactics": [{"tactic": "device_expiry", "quote": "无"}]}, "is not there"),
    ],
)
def test_a_bad_row_is_named_with_file_and_line(row: dict[str, Any], message: str, tmp_path: Path) -> None:
    path = write_rows(tmp_path / "r.jsonl", {"text": "好的", "label": "none"}, row)
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
