"""Output: what a row holds, in each format, and nothing private or dangerous in it."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import python_calamine as calamine
from hypothesis import given
from hypothesis import strategies as st

from huashu.labels import TACTICS
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
    assert {**masked, "turns": 0} == {**row, "turns": 0, "text": masked["text"]}
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


ROWS = [{"id": "=1+1", "text": LURE, "城市": "-广州"}, {"id": "2", "text": PLAIN, "城市": "北京"}]


def test_parquet_holds_what_json_lines_hold_and_flat_columns_besides(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "rows.jsonl", *ROWS)
    expected, _ = score(tmp_path, path, keep=("城市",))
    score_files([str(path)], tmp_path / "out.parquet", Options(keep=("城市",)))
    found = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert [{name: row[name] for name in expected[0]} for row in found] == expected
    moves = {span["tactic"] for span in expected[0]["tactics"]}
    assert moves
    assert {name for name in TACTICS.ids if found[0][name]} == moves


@pytest.mark.parametrize("labels", ["zh", "en", None])
def test_csv_has_a_column_a_move_and_headings_in_the_language_of_labels(labels: str | None, tmp_path: Path) -> None:
    path = write_rows(tmp_path / "rows.jsonl", *ROWS)
    expected, _ = score(tmp_path, path)
    score_files([str(path)], tmp_path / "out.csv", Options(keep=("城市",), labels=labels))
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    number, risk, action = {"zh": ("编号", "风险", "处置"), "en": ("id", "risk", "action")}.get(
        labels or "", ("id", "risk", "action")
    )
    assert [(row[number], row["城市"]) for row in rows] == [("'=1+1", "'-广州"), ("2", "北京")]
    assert [float(row[risk]) for row in rows] == [row["risk"] for row in expected]
    assert rows[0][action] == {"zh": "预警", "en": "alert"}.get(labels or "", "alert")
    for span in expected[0]["tactics"]:
        tactic = TACTICS[span["tactic"]]
        assert span["quote"] in rows[0][{"zh": tactic.zh, "en": tactic.en}.get(labels or "", tactic.id)]


def test_a_workbook_has_rows_figures_and_rejects(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "rows.jsonl", *ROWS, {"id": "3", "text": ""})
    score_files([str(path)], tmp_path / "out.xlsx", Options(keep=("城市",)))
    book = calamine.load_workbook(tmp_path / "out.xlsx")
    assert book.sheet_names == ["汇总", "明细", "未判"]
    head, *rows = book.get_sheet_by_name("明细").to_python()
    assert [row[head.index("编号")] for row in rows] == ["=1+1", "2"]
    assert [row[head.index("处置")] for row in rows] == ["预警", "放行"]
    assert ["读入行数", 3.0] in book.get_sheet_by_name("汇总").to_python()
    (_, refused) = book.get_sheet_by_name("未判").to_python()
    assert refused[-1] == "the text is empty: there is nothing to judge"


def test_calls_keep_who_spoke_when(tmp_path: Path) -> None:
    turns = [
        {"role": "客服", "words": LURE, "begin": 0, "end": 900},
        {"role": "客户", "words": "好", "begin": 950, "end": 990},
    ]
    path = write_rows(tmp_path / "rows.jsonl", {"dialogue": turns})
    (row,), _ = score(tmp_path, path)
    assert [(turn["role"], turn["begin"], turn["end"]) for turn in row["turns"]] == [
        ("客服", 0, 900),
        ("客户", 950, 990),
    ]
    assert {span["turn"] for span in row["tactics"]} == {0}
    for span in row["tactics"]:
        assert mask(LURE)[span["start"] : span["end"]] == span["quote"]


@given(st.text(max_size=20))
def test_no_cell_is_a_formula(text: str) -> None:
    cell = safe_cell(text)
    assert not cell.lstrip(" \n").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.removeprefix("'") == text.removeprefix("'")
