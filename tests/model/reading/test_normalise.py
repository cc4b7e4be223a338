"""Normalisation: what becomes of disguises, and that every character keeps its origin."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huashu.reading.normalise import homophone_table, normalise
from texts import load_cases

# Text as it is met: Chinese, width and script variants, symbols, emoji, invisible characters, and anything else.
MIXED = st.text(
    st.one_of(
        st.sampled_from("升级服务费機費級P0Sｐos机*·🔥\u200b\ufeff\u0301①㎡ﷺ \n\t,，。"),
        st.characters(exclude_categories=()),
    ),
    max_size=60,
)


@pytest.mark.parametrize("case", load_cases("normalise"), ids=lambda case: repr(case["raw"]))
def test_disguises_become_plain_text(case: dict[str, str]) -> None:
    assert normalise(case["raw"]).text == case["normal"]


@given(MIXED)
def test_every_character_has_its_origin(raw: str) -> None:
    normal = normalise(raw)
    origin = range(len(normal.text)) if normal.origin is None else normal.origin
    assert len(origin) == len(normal.text)
    assert all(0 <= i < len(raw) for i in origin)
    assert all(a <= b for a, b in pairwise(origin))


@given(MIXED)
def test_spans_come_back_in_order_and_inside(raw: str) -> None:
    normal = normalise(raw)
    for start in range(len(normal.text)):
        raw_start, raw_end = normal.raw_span(start, start + 1)
        assert 0 <= raw_start < raw_end <= len(raw)


@given(st.text("的一是在不了有和人这中大为上个国我以要他", max_size=80))
def test_plain_chinese_is_left_alone(raw: str) -> None:
    normal = normalise(raw)
    assert normal.text == raw
    assert normal.origin is None


def test_homophones_share_a_representative() -> None:
    fold = homophone_table()
    assert "费率".translate(fold) == "废律".translate(fold)
    assert "押金".translate(fold) == "压金".translate(fold)
    assert "押金".translate(fold) != "定金".translate(fold)
