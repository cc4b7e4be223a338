"""Long texts: a fraud between pages of harmless text is still found, and its reasons point at it."""

from __future__ import annotations

import random

import pytest

from huashu import Classifier
from huashu.reading.analysis import analyse
from huashu.reading.segmenter import default_cut
from huashu.reading.windows import LONG, WIDTH, windows
from huashu_corpora.attacks import padded
from texts import COMPLAINT


def test_short_texts_have_no_windows() -> None:
    assert windows(analyse(COMPLAINT, default_cut()).tokens) == []


def test_windows_hold_every_token_and_are_short() -> None:
    tokens = analyse("今天下了一场小雨，路上的叶子都湿了。" * 100, default_cut()).tokens
    pieces = windows(tokens)
    assert tokens[-1].end > LONG
    assert {token for piece in pieces for token in piece} == set(tokens)
    assert all(piece[-1].end - piece[0].start <= WIDTH + 10 for piece in pieces)


def test_a_fraud_between_pages_is_found_with_its_reasons(classifier: Classifier) -> None:
    text, _ = padded(COMPLAINT, random.Random(2))
    start = text.index(COMPLAINT)
    result = classifier.assess(text)
    assert result.action in ("alert", "review")
    assert result.risk == pytest.approx(float(classifier.score([text]).risk[0]), abs=1e-9)
    assert sum(reason.weight for reason in result.reasons) == pytest.approx(result.score, abs=1e-6)
    strongest = next(reason for reason in result.reasons if reason.kind == "text")
    assert strongest.start is not None
    assert start <= strongest.start < start + len(COMPLAINT)
