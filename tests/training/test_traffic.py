"""Traffic: nine of ten harmless texts are ordinary, whatever the documents hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from huashu_corpora import Document
from huashu_training.traffic import ORDINARY, Traffic


def document(scheme: str, register: str, kind: str) -> Document:
    return Document("a", "文字", scheme, register, kind=kind)


def test_the_kind_of_a_document_says_whether_it_is_ordinary() -> None:
    documents = [
        document("none", "complaint", "ordinary_water_outage"),
        document("none", "complaint", "agent_deposit_dispute"),
        document("upgrade_fee", "report", "village_talk"),
        document("upgrade_fee", "complaint", "ordinary_complaint"),
    ]
    traffic = Traffic.of(documents)
    assert traffic.ordinary.tolist() == [True, False, False, False]
    assert traffic.lookalike.tolist() == [False, True, True, False]
    assert traffic.ought.tolist() == [False, False, False, True]
    assert traffic.rest.tolist() == pytest.approx([ORDINARY, (1 - ORDINARY) / 2, (1 - ORDINARY) / 2, 0])


def test_what_was_chosen_for_an_error_counts_in_no_rate() -> None:
    documents = [
        document("none", "complaint", "agent_deposit_dispute"),
        replace(document("none", "complaint", "fee_dispute"), origin="adversarial"),
        replace(document("upgrade_fee", "call", "swap"), origin="adversarial"),
    ]
    traffic = Traffic.of(documents)
    assert traffic.lookalike.tolist() == [True, False, False]
    assert traffic.rest.tolist() == [1.0, 0.0, 0.0]
    assert traffic.ought.tolist() == [False, False, True]


def test_without_ordinary_texts_all_count_alike() -> None:
    traffic = Traffic(np.array([False, False, True]), np.zeros(3, bool), np.zeros(3, bool))
    assert traffic.rest.tolist() == [0.5, 0.5, 0]


def test_the_shipped_corpora_hold_ordinary_texts(documents: list[Document]) -> None:
    traffic = Traffic.of(documents)
    assert traffic.ordinary.sum() >= 1_000
    assert traffic.lookalike.any()
