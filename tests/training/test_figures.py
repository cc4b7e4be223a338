"""Figures for people and for programs: what was not measured is empty for the ones, null for the others."""

from __future__ import annotations

import math

from huashu_training.figures import between, for_json, percent, percent_between, points


def test_shares_are_written_in_percent_and_differences_in_points() -> None:
    assert (percent(0.1234), percent(0.1234, 2, "%")) == ("12.3 %", "12.34%")
    assert (points(-0.0123), points(0.0123, 2)) == ("-1.2", "+1.23")
    assert (between(0.1, 0.25), percent_between(0.5, 0.25, 0.75)) == ("0.100 to 0.250", "50.0 % (25.0 to 75.0)")


def test_what_was_not_measured_is_empty_or_null() -> None:
    assert percent(math.nan) == points(math.nan) == ""
    assert for_json({"a": [math.nan, 1.5, "x"], "b": (2, None)}) == {"a": [None, 1.5, "x"], "b": [2, None]}
