"""Long texts: a fraud between pages of harmless text is still found, and its reasons point at it."""

from __future__ import annotations

import random

import pytest

from huashu import Classifier
from huashu.reading.analysis import analyse
from huashu.reading.parts import LONG, WIDTH, parts
from huashu.reading.segmenter import default_cut
from huashu_corpora.attacks import padded
from texts import COMPLAINT


def test_a_short_text_is_one_part() -> None:
    tokens = analyse(COMPLAINT, default_cut()).tokens
    assert parts(tokens) == [tokens]


def test_parts_hold_every_token_and_are_short() -> None:
    tokens = analyse("今天下了一场小雨，路上的叶子都湿了。" * 100, default_cut()).tokens
    pieces = parts(tokens)
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
    assert result.part is not None
    assert max(0, start - WIDTH) <= result.part.start < start + len(COMPLAINT)
    assert result.part.end - result.part.start <= WIDTH + 10
    strongest = next(reason for reason in result.reasons if reason.kind == "text")
    assert strongest.start is not None
    assert start <= strongest.start < start + len(COMPLAINT)


def test_a_short_text_has_no_part(classifier: Classifier) -> None:
    assert classifier.assess(COMPLAINT).part is None


def test_the_deciding_part_of_a_call_is_named_by_its_turns(classifier: Classifier) -> None:
    chat = ["今天下了一场小雨，路上的叶子都湿了。", "嗯，我这边也是，衣服都没干。"]
    calm = [{"role": "AB"[i % 2], "words": chat[i % 2]} for i in range(60)]
    fraud = [{"role": "A", "words": clause} for clause in COMPLAINT.split("，")]
    turns = calm[:30] + fraud + calm[30:]
    part = classifier.assess(turns).part
    assert part is not None
    assert part.turn is not None
    assert part.last_turn is not None
    assert part.of == len(parts(analyse(turns, default_cut()).tokens))
    assert part.turn <= part.last_turn
    assert set(range(part.turn, part.last_turn + 1)) & set(range(30, 30 + len(fraud)))
    assert 0 <= part.start < len(turns[part.turn]["words"])
    assert 0 < part.end <= len(turns[part.last_turn]["words"])


def test_length_is_a_reason_of_its_own(classifier: Classifier) -> None:
    calm = "今天下了一场小雨，路上的叶子都湿了。"
    shorter, longer = (classifier.assess(COMPLAINT + calm * number) for number in (80, 240))
    weights = [next(reason.weight for reason in one.reasons if reason.kind == "length") for one in (shorter, longer)]
    assert 0 > weights[0] > weights[1]
    assert sum(reason.weight for reason in longer.reasons) == pytest.approx(longer.score, abs=1e-6)
    assert shorter.score - longer.score == pytest.approx(weights[0] - weights[1], abs=1e-6)
