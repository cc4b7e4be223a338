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
from huashu_training.measure.rates import Floats
from huashu_training.traffic import ORDINARY, Traffic

ROWS = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(["ought", "ordinary", "lookalike"])), min_size=1, max_size=200
)


def read(rows: list[tuple[float, str]]) -> tuple[Floats, Traffic]:
    sides = np.array([side for _, side in rows])
    return np.array([risk for risk, _ in rows]), Traffic(
        sides == "ought", sides == "ordinary", np.zeros(len(sides), bool)
    )


@given(ROWS, st.integers(0, 300))
def test_false_alarms_never_exceed_the_allowed_rate(rows: list[tuple[float, str]], per_thousand: int) -> None:
    risks, traffic = read(rows)
    alert, review = thresholds(FalseAlarms(per_thousand, 2 * per_thousand), risks, traffic)
    assert review <= alert
    assert traffic.rest[risks >= alert].sum() <= per_thousand / 1000 + 1e-6
    assert traffic.rest[risks >= review].sum() <= 2 * per_thousand / 1000 + 1e-6


@given(ROWS, st.floats(0, 1), st.integers(1, 1000))
def test_a_workload_is_never_exceeded(rows: list[tuple[float, str]], prevalence: float, alerts: int) -> None:
    risks, traffic = read(rows)
    rule = Workload(alerts, alerts, texts=1000, prevalence=prevalence, reviewers=2)
    alert, _ = thresholds(rule, risks, traffic)
    assert rule.weights(traffic)[risks >= alert].sum() <= alerts * (1 + 1e-6)


@given(ROWS)
def test_the_texts_that_ought_to_pass_make_up_the_traffic(rows: list[tuple[float, str]]) -> None:
    _, traffic = read(rows)
    assert traffic.rest.sum() == pytest.approx(0 if traffic.ought.all() else 1)
    assert not traffic.rest[traffic.ought].any()
    if traffic.ordinary.any() and traffic.lookalike.any():
        assert traffic.rest[traffic.ordinary].sum() == pytest.approx(ORDINARY)


def made(number: int, seed: int) -> tuple[Floats, Traffic]:
    """Risks of traffic half of which ought to alert and a quarter of which is ordinary."""
    generator, place = np.random.default_rng(seed), np.arange(number)
    ought = place < number // 2
    risks = np.where(ought, generator.beta(5, 2, number), generator.beta(2, 5, number))
    return risks, Traffic(ought, place >= 3 * number // 4, np.zeros(number, bool))


def test_a_rarer_fraud_leaves_more_room_for_false_alarms() -> None:
    risks, traffic = made(2000, 3)
    common, rare = (thresholds(Workload(50, 50, 1000, p), risks, traffic)[0] for p in (0.2, 0.001))
    assert rare < common


def test_expected_figures_hold_the_value_inside_its_interval() -> None:
    risks, traffic = made(600, 4)
    rules = [*STANDARD, NamedRule("desk", Workload(40, 100, 20_000, 0.002, 3))]
    points = operating_points(rules, risks, traffic, np.arange(600))
    for point in points.values():
        value, low, high = point.expected["recall_with_review"]
        assert low <= value <= high
        assert set(point.expected) >= {"false_alerts_ordinary", "false_alerts_lookalike"}
    assert points["balanced"].expected["false_alerts"][0] <= STANDARD[0].rule.alerts
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
