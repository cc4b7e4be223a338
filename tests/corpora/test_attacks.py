"""Noise: every character keeps its origin."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from huashu_corpora.attacks import ATTACKS, FOREIGN, PADDING, drop, homophones, insert, padded, pinyin


@settings(max_examples=100)
@given(st.sampled_from(sorted(ATTACKS)), st.text("刷卡机到期了，POS 费率1元😀\n", max_size=40), st.integers(0, 99))
def test_every_noisy_character_has_its_origin(name: str, text: str, seed: int) -> None:
    noisy, origin = ATTACKS[name](text, random.Random(seed))
    assert len(noisy) == len(origin)
    assert all(FOREIGN <= i < len(text) for i in origin)
    kept = [i for i in origin if i != FOREIGN]
    assert name == "shuffled_sentences" or kept == sorted(kept)


def test_padding_is_harmless_text_around_the_text() -> None:
    text = "您的机器到期了"
    noisy, origin = padded(text, random.Random(1))
    assert len(noisy) >= len(text) + PADDING
    assert "".join(char for char, place in zip(noisy, origin, strict=True) if place != FOREIGN) == text


def test_rare_characters_are_attacked_like_others_and_have_no_homophones() -> None:
    chance = random.Random(1)
    assert insert("*", 1)("㗎", chance) == ("㗎*", [0, 0])
    assert drop(1)("㗎", chance) == ("", [])
    for attack in (homophones(1), pinyin(1)):
        assert attack("㗎", chance) == ("㗎", [0])
