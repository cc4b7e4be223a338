"""Noise: labels and spans survive, copies stay with their source."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huashu_corpora import Document, TacticMark
from huashu_corpora.document import parse_document, to_row
from huashu_corpora.groups import group_numbers
from huashu_corpora.noise import ATTACKS, FOREIGN, PADDING, apply


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_changes_the_text_and_keeps_the_labels(name: str, documents: list[Document]) -> None:
    source = max(documents, key=lambda document: ("，" in document.text, "POS" in document.text, len(document.tactics)))
    noisy = apply(source, name, seed=1)
    assert noisy.text != source.text
    assert noisy == apply(source, name, seed=1)
    assert (noisy.scheme, noisy.register, noisy.hand, noisy.group) == (
        source.scheme,
        source.register,
        source.hand,
        source.group,
    )
    assert noisy.origin == "augmented"
    assert parse_document(to_row(noisy)) == noisy
    assert len(noisy.tactics) >= len(source.tactics) - 1


@settings(max_examples=100)
@given(st.sampled_from(sorted(ATTACKS)), st.text("刷卡机到期了，POS 费率1元😀\n", max_size=40), st.integers(0, 99))
def test_every_noisy_character_has_its_origin(name: str, text: str, seed: int) -> None:
    noisy, origin = ATTACKS[name](text, random.Random(seed))
    assert len(noisy) == len(origin)
    assert all(FOREIGN <= i < len(text) for i in origin)
    kept = [i for i in origin if i != FOREIGN]
    assert name == "shuffled_sentences" or kept == sorted(kept)


def test_padding_is_harmless_text_around_the_document(documents: list[Document]) -> None:
    source = documents[0]
    padded = apply(source, "benign_padding", seed=1).text
    assert source.text in padded
    assert len(padded) >= len(source.text) + PADDING


def test_marks_go_with_their_sentence() -> None:
    text = "您的机器到期了。请刷卡激活。谢谢。"
    source = Document("d", text, "upgrade_fee", "pitch", (TacticMark("first_swipe", 8, 13),), group="d")
    for seed in range(5):
        noisy = apply(source, "shuffled_sentences", seed)
        assert [noisy.text[mark.start : mark.end] for mark in noisy.tactics] == ["请刷卡激活"]


def test_a_noisy_copy_stays_in_the_group_of_its_source(documents: list[Document]) -> None:
    sources = documents[:30]
    copies = [apply(document, "homophones_40", seed=2) for document in sources]
    numbers = group_numbers([*sources, *copies])
    assert numbers[:30] == numbers[30:]
