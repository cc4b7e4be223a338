"""Personal numbers are hidden, whatever they are dressed in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huashu.masking import KINDS, mask, mask_turns
from texts import load_cases

CASES = load_cases("masking")


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:16] for case in CASES])
def test_masks(case: dict[str, str]) -> None:
    assert mask(case["text"]) == case["masked"]


NUMBERLIKE = st.text(alphabet="0123456789138xX一三八零*- -—/、，。,.~()嗯\n：客服a@卡号我叫王码")


@given(st.text() | NUMBERLIKE, st.sets(st.sampled_from(KINDS)))
def test_length_stays_and_masking_twice_changes_nothing(text: str, kinds: set[str]) -> None:
    masked = mask(text, kinds)
    assert len(masked) == len(text)
    assert mask(masked, kinds) == masked


@given(st.lists(st.tuples(st.sampled_from(["客服", "客户", ""]), NUMBERLIKE)))
def test_so_it_is_with_turns(turns: list[tuple[str, str]]) -> None:
    speakers, words = [role for role, _ in turns], [text for _, text in turns]
    masked = mask_turns(words, speakers)
    assert [len(text) for text in masked] == [len(text) for text in words]
    assert mask_turns(masked, speakers) == masked


@given(
    st.text(alphabet="您好，我的号码是。abc "),
    st.sampled_from(["13800138000", "6222020000000000000", "11010119900307123X"]),
    st.sampled_from(["", " ", "-", "\u200b", "\u2060"]),
    st.text(alphabet="好的，谢谢。"),
)
def test_numbers_never_survive(before: str, number: str, separator: str, after: str) -> None:
    written = separator.join(number)
    assert written not in mask(before + written + after)
