"""Output: what a row holds, in each format, and nothing private or dangerous in it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huashu.masking import mask
from huashu_api.batch.options import Options
from huashu_api.batch.run import score_files
from huashu_api.batch.writers import safe_cell
from texts import LURE, PLAIN, write_rows

from .scoring import score

MOBILE, CARD = "13912345678", "6222020200112233446"
CALL = [
    {"role": "客服", "words": f"您的刷卡机到期了，首笔刷卡扣299升级服务费，加微信{MOBILE}"},
    {"role": "客户", "words": f"我的卡号{CARD}"},
]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ({"text": f"{LURE}，卡号{CARD}"}, f"{LURE}，卡号{CARD}"),
        ({"dialogue": CALL}, "\n".join(turn["words"] for turn in CALL)),
    ],
    ids=["text", "call"],
)
def test_numbers_are_masked_and_the_text_left_out_unless_asked_for(
    source: dict[str, Any], text: str, tmp_path: Path
) -> None:
    path = write_rows(tmp_path / "rows.jsonl", source)
    (row,), _ = score(tmp_path, path)
    assert "text" not in row
    assert {fact["quote"] for fact in row["facts"]} >= {mask(MOBILE), mask(CARD)}
    (masked,), _ = score(tmp_path, path, text="masked")
    assert {name: value for name, value in masked.items() if name != "text"} == row
    assert masked["text"] == mask(text)
    for hidden in (row, masked):
        assert not any(number in json.dumps(hidden, ensure_ascii=False) for number in (MOBILE, CARD))
    (raw,), _ = score(tmp_path, path, text="raw")
    assert raw["text"] == text
    assert {fact["value"] for fact in raw["facts"]} >= {MOBILE, CARD}


def test_evidence_goes_to_the_rows_that_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text(f"{LURE}\n{PLAIN}\n", encoding="utf-8")
    for evidence, wanted in (("all", [True, True]), ("flagged", [True, False]), ("none", [False, False])):
        scored, _ = score(tmp_path, tmp_path / "rows.txt", evidence=evidence)
        assert [bool(row["reasons"]) for row in scored] == wanted


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_tables_hold_what_json_lines_hold(suffix: str, tmp_path: Path) -> None:
    rows = [{"id": "=1+1", "text": LURE, "城市": "-广州"}, {"id": "2", "text": PLAIN, "城市": "北京"}]
    path = write_rows(tmp_path / "rows.jsonl", *rows)
    expected, _ = score(tmp_path, path, keep=("城市",))
    output = tmp_path / f"out.{suffix}"
    score_files([str(path)], output, Options(keep=("城市",)))
    if suffix == "parquet":
        assert pq.read_table(output).to_pylist() == expected
        return
    with output.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    assert [(row["id"], row["城市"]) for row in found] == [("'=1+1", "'-广州"), ("2", "北京")]
    assert json.loads(found[0]["tactics"]) == expected[0]["tactics"]
    assert [float(row["risk"]) for row in found] == [row["risk"] for row in expected]


@given(st.text(max_size=20))
def test_no_cell_is_a_formula(text: str) -> None:
    cell = safe_cell(text)
    assert not cell.lstrip(" \n").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.removeprefix("'") == text.removeprefix("'")
