"""Personal numbers are hidden, whatever they are dressed in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huashu.masking import mask
from texts import load_cases

CASES = load_cases("masking")


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:16] for case in CASES])
def test_masks(case: dict[str, str]) -> None:
    assert mask(case["text"]) == case["masked"]


@given(st.text())
def test_length_stays_and_masking_twice_changes_nothing(text: str) -> None:
    masked = mask(text)
    assert len(masked) == len(text)
    assert mask(masked) == masked


@given(
    st.text(alphabet="您好，我的号码是。abc "),
    st.sampled_from(["13800138000", "6222020000000000000", "11010119900307123X"]),
    st.sampled_from(["", " ", "-", "\u200b", "\u2060"]),
    st.text(alphabet="好的，谢谢。"),
)
def test_numbers_never_survive(before: str, number: str, separator: str, after: str) -> None:
    written = separator.join(number)
    assert written not in mask(before + written + after)
