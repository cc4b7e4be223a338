"""Operating points: thresholds for what a desk can bear, by name, with what to expect of them.

Two rules. :class:`FalseAlarms`: at most N alerts per 1,000 texts that ought to pass. :class:`Workload`: at most M
alerts per reviewer and day at V texts a day, of which a share p (the prevalence) ought to alert. The second weighs the
measured texts, half of which are fraud, as daily traffic is made: the expected share of alerts is
``p * recall + (1 - p) * false alarm rate``. Both weigh ordinary texts and look-alikes as
:mod:`huashu_training.traffic` says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from huashu.errors import InputError
from huashu.manifest import OperatingPoint
from huashu_training.measure.bootstrap import resamples
from huashu_training.measure.rates import Flags, Floats, share
from huashu_training.traffic import ORDINARY, Traffic

DIGITS = 5
"""Thresholds are rounded up to this many decimals."""
RESAMPLES = 200
SIDES: Mapping[str, Callable[[Traffic], Flags]] = {
    "ought": attrgetter("ought"),
    "ordinary": attrgetter("ordinary"),
    "lookalike": attrgetter("lookalike"),
}
"""The sides of traffic, none of which a resample may lack."""


@dataclass(frozen=True, slots=True)
class FalseAlarms:
    """At most ``alerts`` alerts, and ``reviews`` alerts or reviews, per 1,000 texts that ought to pass."""

    alerts: float = 3.0
    reviews: float = 25.0

    def weights(self, traffic: Traffic) -> Floats:
        """What each text (n,) adds to the load when it is caught: alerts per 1,000."""
        return 1000 * traffic.rest

    def __str__(self) -> str:
        return (
            f"at most {self.alerts:g} alerts, and {self.reviews:g} alerts or reviews, "
            f"per 1,000 texts that ought to pass, {ORDINARY:.0%} of them ordinary"
        )


@dataclass(frozen=True, slots=True)
class Workload:
    """At most ``alerts`` alerts, and ``reviews`` alerts or reviews, a day for each of ``reviewers`` people.

    ``texts`` a day come in, the share ``prevalence`` (0..1) of which ought to alert.
    """

    alerts: float
    reviews: float
    texts: float
    prevalence: float
    reviewers: float = 1.0

    def weights(self, traffic: Traffic) -> Floats:
        """What each text (n,) adds to the load when it is caught: expected texts per reviewer and day."""
        per_reviewer = self.texts / self.reviewers
        fraud = self.prevalence / max(1, int(traffic.ought.sum()))
        return per_reviewer * np.where(traffic.ought, fraud, (1 - self.prevalence) * traffic.rest)

    def __str__(self) -> str:
        return (
            f"at most {self.alerts:g} alerts, and {self.reviews:g} alerts or reviews, per reviewer and day, with "
            f"{self.reviewers:g} reviewers, {self.texts:g} texts a day and a prevalence of {self.prevalence:g}"
        )


Rule = FalseAlarms | Workload


@dataclass(frozen=True, slots=True)
class NamedRule:
    """A rule, and the name by which a request chooses the operating point that keeps to it."""

    name: str
    rule: Rule


STANDARD = (
    NamedRule("balanced", FalseAlarms(3, 25)),
    NamedRule("strict", FalseAlarms(1, 10)),
    NamedRule("wide", FalseAlarms(10, 60)),
)
"""What every model offers; the first is its default."""


def parse_rule(text: str) -> NamedRule:
    """A rule with its name from ``NAME=alerts:N,reviews:K`` (false alarms per 1,000), or, with
    ``texts:V,prevalence:P`` and perhaps ``reviewers:R`` besides, from a workload. InputError says what is wrong.
    """
    name, separator, rule = text.partition("=")
    try:
        values = {key.strip(): float(value) for key, value in (part.split(":") for part in rule.split(","))}
    except ValueError:
        values = {}
    kind: type[Rule] = Workload if {"texts", "prevalence"} & set(values) else FalseAlarms
    try:
        made = kind(**values)
    except TypeError:
        made = None
    if not name.strip() or not separator or not values or made is None:
        raise InputError(
            f"operating point {text!r} is not understood; write NAME=alerts:N,reviews:K for N and K false alarms per "
            "1,000 texts, or NAME=alerts:N,reviews:K,texts:V,prevalence:P[,reviewers:R] for a day's workload"
        )
    _check(made, text)
    return NamedRule(name.strip(), made)


def _check(rule: Rule, text: str) -> None:
    if not 0 <= rule.alerts <= rule.reviews < np.inf:
        raise InputError(f"operating point {text!r}: needs 0 <= alerts <= reviews")
    if isinstance(rule, FalseAlarms) and rule.reviews > 1000:
        raise InputError(f"operating point {text!r}: of 1,000 texts at most 1,000 can be caught")
    if isinstance(rule, Workload) and not (
        0 <= rule.prevalence <= 1 and 0 < rule.texts < np.inf and 0 < rule.reviewers < np.inf
    ):
        raise InputError(f"operating point {text!r}: needs a prevalence from 0 to 1, and texts and reviewers above 0")


def all_rules(chosen: Sequence[NamedRule]) -> tuple[NamedRule, ...]:
    """The ``chosen`` rules, the first as default, and the standard ones whose names they leave free. InputError for a
    name that stands twice."""
    names = {named.name for named in chosen}
    if len(names) < len(chosen):
        raise InputError("an operating point is named twice; give each a name of its own")
    return (*chosen, *(named for named in STANDARD if named.name not in names))


def threshold_at(risks: Floats, weights: Floats, limit: float) -> float:
    """The lowest risk, rounded up to 5 decimals but not above 1, at or above which the ``weights`` (n,) sum to
    ``limit`` at most."""
    order = np.argsort(-risks, kind="stable")
    over = np.flatnonzero(np.cumsum(weights[order]) > limit * (1 + 1e-9))
    bound = float(risks[order[over[0]]]) if len(over) else 0.0
    return float(np.ceil(bound * 10**DIGITS + 1e-9) / 10**DIGITS)


def thresholds(rule: Rule, risks: Floats, traffic: Traffic) -> tuple[float, float]:
    """The ``(alert, review)`` thresholds on out-of-fold ``risks`` (n,)."""
    weights = rule.weights(traffic)
    alert = threshold_at(risks, weights, rule.alerts)
    return alert, min(alert, threshold_at(risks, weights, rule.reviews))


def expectation(rule: Rule, risks: Floats, traffic: Traffic, groups: NDArray[np.intp]) -> dict[str, list[float]]:
    """What to expect at the point: each figure as ``[value, low, high]``.

    ``recall`` (alert) and ``recall_with_review`` (shares of the texts that ought to alert), ``false_alerts`` and
    ``false_reviews`` (alerts, and alerts or reviews, per 1,000 texts that ought to pass), both also for ordinary texts
    and look-alikes alone (``..._ordinary``, ``..._lookalike``), where there are such; for a workload also
    ``alerts_per_reviewer`` a day and ``precision``. The interval (95 %) is a bootstrap over groups, 200 resamples, in
    each of which the thresholds are chosen anew, so that it holds the uncertainty of the choice too. (The load keeps to
    the rule in each resample; its interval says how much of it is used, not what other texts would raise.)
    """
    draws = [
        _figures(rule, thresholds(rule, risks[rows], some), risks[rows], some)
        for rows in resamples(groups, RESAMPLES)
        for some in (traffic.only(rows),)
        if all(side(some).any() for side in SIDES.values() if side(traffic).any())
    ]
    value = _figures(rule, thresholds(rule, risks, traffic), risks, traffic)
    bounds = np.percentile(np.array([list(draw.values()) for draw in draws]), [2.5, 97.5], axis=0)
    return {
        name: [round(figure, 4), round(float(low), 4), round(float(high), 4)]
        for (name, figure), low, high in zip(value.items(), *bounds, strict=True)
    }


def _figures(rule: Rule, bounds: tuple[float, float], risks: Floats, traffic: Traffic) -> dict[str, float]:
    alerts, flagged = risks >= bounds[0], risks >= bounds[1]
    figures = {
        "recall": share(alerts, traffic.ought),
        "recall_with_review": share(flagged, traffic.ought),
        "false_alerts": 1000 * float(traffic.rest[alerts].sum()),
        "false_reviews": 1000 * float(traffic.rest[flagged].sum()),
    }
    for name in ("ordinary", "lookalike"):
        side = SIDES[name](traffic)
        if side.any():
            figures[f"false_alerts_{name}"] = 1000 * share(alerts, side)
            figures[f"false_reviews_{name}"] = 1000 * share(flagged, side)
    if isinstance(rule, Workload):
        weights = rule.weights(traffic)
        load = float(weights[alerts].sum())
        figures["alerts_per_reviewer"] = load
        figures["precision"] = float(weights[alerts & traffic.ought].sum()) / load if load else 1.0
    return figures


def operating_points(
    rules: Sequence[NamedRule], risks: Floats, traffic: Traffic, groups: NDArray[np.intp]
) -> dict[str, OperatingPoint]:
    """For each rule, by its name, the thresholds that keep to it on out-of-fold ``risks`` (n,), and what to expect."""
    points = {}
    for named in rules:
        alert, review = thresholds(named.rule, risks, traffic)
        expected = expectation(named.rule, risks, traffic, groups)
        points[named.name] = OperatingPoint(alert, review, asdict(named.rule), str(named.rule), expected)
    return points
