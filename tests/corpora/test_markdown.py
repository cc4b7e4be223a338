"""Tables hold whatever stands in their cells."""

from __future__ import annotations

from huashu_corpora.markdown import table


def test_text_stands_left_and_numbers_right() -> None:
    assert table(("name", "says", "n"), [("a", "b", 1)], text_columns=2) == [
        "| name | says | n |",
        "|---|---|---:|",
        "| a | b | 1 |",
    ]


def test_a_cell_cannot_break_its_table() -> None:
    assert table(("name",), [("a|b\nc",)])[-1] == "| a\\|b c |"
