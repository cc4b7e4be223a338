"""Columns: guessed by name, taken as the user says, and named when they are not there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from huashu import InputError
from huashu_api.ingest.tables.columns import choose
from texts import load_cases

from .scoring import score


@pytest.mark.parametrize("case", load_cases("columns"), ids=lambda case: ",".join(case["header"]))
def test_columns_are_guessed(case: dict[str, Any]) -> None:
    chosen = choose(case["header"], case.get("given", {}), "file.csv")
    assert [chosen.text, chosen.id, chosen.role, chosen.begin] == case["columns"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": {"text": "正文"}}, "has no column '正文'; it has a, b"),
        ({}, "no column looks like the text; name it with --text; it has a, b"),
        ({"columns": {"text": "a"}, "keep": ("z",)}, "has no column 'z' to keep; it has a, b"),
    ],
    ids=["wrong", "none", "keep"],
)
def test_wrong_columns_are_named(options: dict[str, Any], message: str, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    scored, refused = score(tmp_path, tmp_path / "rows.csv", **options)
    assert (scored, [row["reason"] for row in refused]) == ([], [message])


def test_a_column_that_the_output_has_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,risk\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match="has a column 'risk' already"):
        score(tmp_path, tmp_path / "rows.csv", keep=("risk",))
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]
