"""Spans agree when they overlap and are of one move."""

from __future__ import annotations

from huashu_training.measure.rates import Agreement
from huashu_training.measure.spans import Span, by_move, overlapping, span_agreement


def test_spans_of_one_move_that_share_a_character_overlap() -> None:
    span: Span = ("gift_lure", 2, 5)
    assert overlapping(span, ("gift_lure", 4, 9))
    assert not overlapping(span, ("gift_lure", 5, 9))
    assert not overlapping(span, ("banned_claim", 2, 5))


def test_two_found_pieces_of_one_marked_span_are_both_right() -> None:
    marked: list[Span] = [("gift_lure", 0, 10), ("harassment", 20, 25)]
    found: list[Span] = [("gift_lure", 0, 4), ("gift_lure", 6, 9), ("gift_lure", 30, 33)]
    assert span_agreement([(marked, found)]) == Agreement(caught=1, missed=1, right=2, extra=1)
    agreement = by_move([(marked, found)])
    assert agreement["gift_lure"] == Agreement(caught=1, missed=0, right=2, extra=1)
    assert agreement["harassment"] == Agreement(caught=0, missed=1, right=0, extra=0)


def test_spans_of_different_texts_have_nothing_to_do_with_each_other() -> None:
    span: Span = ("gift_lure", 0, 4)
    assert span_agreement([([span], []), ([], [span])]) == Agreement(caught=0, missed=1, right=0, extra=1)
