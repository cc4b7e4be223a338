"""Noisy copies: labels and spans survive, copies stay with their source."""

from __future__ import annotations

import pytest

from huashu_corpora import Document, TacticMark
from huashu_corpora.attacks import ATTACKS, TEACHING
from huashu_corpora.copies import noisy_copies, noisy_copy
from huashu_corpora.document import parse_document, to_row
from huashu_corpora.groups import group_numbers


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_changes_the_text_and_keeps_the_labels(name: str, documents: list[Document]) -> None:
    source = max(documents, key=lambda document: ("，" in document.text, "POS" in document.text, len(document.tactics)))
    noisy = noisy_copy(source, name, seed=1)
    assert noisy.text != source.text
    assert noisy == noisy_copy(source, name, seed=1)
    assert (noisy.scheme, noisy.register, noisy.hand, noisy.group) == (
        source.scheme,
        source.register,
        source.hand,
        source.group,
    )
    assert noisy.origin == "augmented"
    assert parse_document(to_row(noisy)) == noisy
    assert len(noisy.tactics) >= len(source.tactics) - 1


def test_marks_go_with_their_sentence() -> None:
    text = "您的机器到期了。请刷卡激活。谢谢。"
    source = Document("d", text, "upgrade_fee", "pitch", (TacticMark("first_swipe", 8, 13),), group="d")
    for seed in range(5):
        noisy = noisy_copy(source, "shuffled_sentences", seed)
        assert [noisy.text[mark.start : mark.end] for mark in noisy.tactics] == ["请刷卡激活"]


def test_a_noisy_copy_stays_in_the_group_of_its_source(documents: list[Document]) -> None:
    sources = documents[:30]
    copies = [noisy_copy(document, "homophones_40", seed=2) for document in sources]
    numbers = group_numbers([*sources, *copies])
    assert numbers[:30] == numbers[30:]


def test_copies_are_of_the_share_that_was_asked_for_and_of_what_may_be_taught(documents: list[Document]) -> None:
    sources = {document.id for document in documents[:400]}
    copies = noisy_copies(documents[:400], 0.5, seed=3)
    origins, attacks = zip(*(copy.id.split("+") for copy in copies), strict=True)
    assert 150 <= len(set(origins)) == len(copies) <= 250
    assert set(origins) <= sources
    assert set(attacks) <= set(TEACHING)
