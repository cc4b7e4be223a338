"""Drift: equal periods are stable, changed ones are not, and new phrases are told."""

from __future__ import annotations

import numpy as np
import pytest

from huashu import Classifier, InputError
from huashu_corpora import Document
from huashu_training.measure.drift import Period, compare, judge_period, numeric_shift, rising_phrases, stability_index


def test_the_index_of_equal_shares_is_zero_and_grows_with_the_change() -> None:
    even = np.array([100.0, 100.0])
    assert stability_index(even, 2 * even) == pytest.approx(0, abs=1e-4)
    assert 0 < stability_index(even, np.array([110.0, 90.0])) < stability_index(even, np.array([180.0, 20.0]))


def test_the_same_distribution_is_stable_and_a_shifted_one_changed() -> None:
    generator = np.random.default_rng(5)
    old, same = generator.normal(0, 1, (2, 3000))
    assert numeric_shift("score", old, same).verdict == "stable"
    assert numeric_shift("score", old, same + 1).verdict == "changed"


def test_other_texts_than_before_are_noticed(classifier: Classifier, documents: list[Document]) -> None:
    frauds = [d.text for d in documents if d.scheme == "upgrade_fee"][:200]
    harmless = [d.text for d in documents if d.scheme == "none"][:200]
    old = judge_period("old", harmless, classifier)
    new = judge_period("new", frauds, classifier)
    drift = compare(old, new)
    assert {shift.name: shift.verdict for shift in drift.shifts}["scheme"] == "changed"
    assert drift.rising
    assert all(one.new >= one.old for one in drift.rising)


def test_a_phrase_that_appears_among_alerts_is_told_and_called_unseen() -> None:
    def period(phrase: str, times: int) -> Period:
        grams = [frozenset({"机器", phrase})] * times + [frozenset({"机器", "到期"})] * 20
        return Period(
            "p", np.zeros(len(grams)), np.ones(len(grams)), ["none"] * len(grams), ["alert"] * len(grams), grams
        )

    first = rising_phrases(period("到期", 10), period("云闪", 10))[0]
    assert (first.phrase, first.old, first.new, first.unseen) == ("云闪", 0, 10, True)


def test_an_empty_period_is_refused(classifier: Classifier) -> None:
    with pytest.raises(InputError, match="no text that can be judged"):
        judge_period("new.jsonl", [], classifier)
