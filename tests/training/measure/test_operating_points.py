"""Operating points keep the load they promise, and a rule that is not understood says how to write it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huashu import InputError
from huashu_training.measure.operating_points import (
    STANDARD,
    FalseAlarms,
    NamedRule,
    Workload,
    all_rules,
    operating_points,
    parse_rule,
    thresholds,
)

ROWS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=200)


@given(ROWS, st.integers(0, 300))
def test_false_alarms_never_exceed_the_allowed_rate(rows: list[tuple[float, bool]], per_thousand: int) -> None:
    risks, ought = np.array([risk for risk, _ in rows]), np.array([label for _, label in rows])
    alert, review = thresholds(FalseAlarms(per_thousand, 2 * per_thousand), risks, ought)
    passing = risks[~ought]
    assert review <= alert
    assert (passing >= alert).sum() <= len(passing) * per_thousand / 1000 + 1e-6
    assert (passing >= review).sum() <= len(passing) * 2 * per_thousand / 1000 + 1e-6


@given(ROWS, st.floats(0, 1), st.integers(1, 1000))
def test_a_workload_is_never_exceeded(rows: list[tuple[float, bool]], prevalence: float, alerts: int) -> None:
    risks, ought = np.array([risk for risk, _ in rows]), np.array([label for _, label in rows])
    rule = Workload(alerts, alerts, texts=1000, prevalence=prevalence, reviewers=2)
    alert, _ = thresholds(rule, risks, ought)
    assert rule.weights(ought)[risks >= alert].sum() <= alerts * (1 + 1e-6)


def test_a_rarer_fraud_leaves_more_room_for_false_alarms() -> None:
    generator = np.random.default_rng(3)
    ought = np.arange(2000) < 1000
    risks = np.where(ought, generator.beta(5, 2, 2000), generator.beta(2, 5, 2000))
    common, rare = (thresholds(Workload(50, 50, 1000, p), risks, ought)[0] for p in (0.2, 0.001))
    assert rare < common


def test_expected_figures_hold_the_value_inside_its_interval() -> None:
    generator = np.random.default_rng(4)
    ought = np.arange(600) < 300
    risks = np.where(ought, generator.beta(5, 2, 600), generator.beta(2, 5, 600))
    rules = [*STANDARD, NamedRule("desk", Workload(40, 100, 20_000, 0.002, 3))]
    points = operating_points(rules, risks, ought, np.arange(600))
    for point in points.values():
        value, low, high = point.expected["recall_with_review"]
        assert low <= value <= high
    assert points["balanced"].expected["false_alerts"][0] <= 10
    assert points["desk"].expected["alerts_per_reviewer"][0] <= 40
    assert points["strict"].alert >= points["balanced"].alert >= points["wide"].alert


def test_rules_are_read_from_the_command_line() -> None:
    assert parse_rule("night=alerts:5,reviews:40") == NamedRule("night", FalseAlarms(5, 40))
    desk = parse_rule("desk=alerts:40,reviews:100,texts:20000,prevalence:0.002,reviewers:3")
    assert desk.rule == Workload(40, 100, 20_000, 0.002, 3)
    assert [point.name for point in all_rules([desk])] == ["desk", "balanced", "strict", "wide"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("night", "write NAME=alerts:N,reviews:K"),
        ("=alerts:5,reviews:6", "write NAME=alerts:N,reviews:K"),
        ("night=alerts:x", "write NAME=alerts:N,reviews:K"),
        ("night=alerts:5,colour:6", "write NAME=alerts:N,reviews:K"),
        ("night=alerts:50,reviews:6", "needs 0 <= alerts <= reviews"),
        ("night=alerts:5,reviews:6000", "at most 1,000 can be caught"),
        ("desk=alerts:5,reviews:6,texts:100,prevalence:2", "a prevalence from 0 to 1"),
        ("desk=alerts:5,reviews:nan,texts:100,prevalence:0.1", "needs 0 <= alerts <= reviews"),
    ],
)
def test_rules_that_make_no_sense_are_refused(text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_rule(text)
