"""Sections on how good the verdicts are: key figures, operating points, calibration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from scipy.stats import binomtest

from huashu.labels import HEADLINE
from huashu_training.figures import between, percent, point_cells
from huashu_training.measure.bootstrap import Estimate, Rows, estimate
from huashu_training.measure.labelled import FRAUD
from huashu_training.measure.ranking import auc
from huashu_training.measure.rates import macro_f1, share
from huashu_training.measure.reliability import expected_calibration_error, reliability
from huashu_training.report import charts
from huashu_training.report.evidence import Evidence
from huashu_training.report.page import Figure, Section, Table


def key_measures(e: Evidence) -> dict[str, Callable[[Rows], float]]:
    """The figures of the first table, each a function of row numbers."""
    ought, none, alerts, flagged = e.ought, e.none, e.alerts, e.flagged
    truth, found = np.unique([e.true_schemes, e.found_schemes], return_inverse=True)[1].reshape(2, -1)
    known = e.true_schemes != FRAUD
    headline = ought & (e.true_schemes == HEADLINE)
    registered = e.true_registers != ""
    right_register = e.true_registers == e.found_registers

    def scheme_f1(rows: Rows) -> float:
        rows = rows[known[rows]]
        return macro_f1(truth[rows], found[rows])

    return {
        "headline scheme: alert or review": lambda rows: share(flagged[rows], headline[rows]),
        "headline scheme: alert": lambda rows: share(alerts[rows], headline[rows]),
        "all that ought to alert: alert or review": lambda rows: share(flagged[rows], ought[rows]),
        "all that ought to alert: alert": lambda rows: share(alerts[rows], ought[rows]),
        "false alarms on none": lambda rows: share(alerts[rows], none[rows]),
        "alert or review on none": lambda rows: share(flagged[rows], none[rows]),
        "area under the ROC curve": lambda rows: auc(ought[rows], e.risks[rows]),
        "scheme, macro-F1": scheme_f1,
        "register, accuracy": lambda rows: share(right_register[rows], registered[rows]),
        "expected calibration error of risk": lambda rows: expected_calibration_error(e.risks[rows], ought[rows]),
    }


KeyFigures = Mapping[str, Estimate]
"""Figures by name."""
SHARES_END = "area under the ROC curve"
"""The key measures before this one are shares of texts, shown in percent."""
CARDS = (
    "headline scheme: alert or review",
    "all that ought to alert: alert or review",
    "false alarms on none",
    "expected calibration error of risk",
)


def measure_key_figures(e: Evidence) -> KeyFigures:
    """The key figures that these texts can give."""
    everything = np.arange(len(e.groups))
    measures = key_measures(e).items()
    return {name: estimate(measure, e.groups) for name, measure in measures if np.isfinite(measure(everything))}


def key_figures(e: Evidence, measured: KeyFigures) -> tuple[Section, tuple[tuple[str, str, str], ...]]:
    """The section, and (name, value, interval) of the figures for the report's head."""
    order = list(key_measures(e))
    shares = set(order[: order.index(SHARES_END)])
    rows = []
    for name, (value, low, high) in measured.items():
        if name in shares:
            rows.append((name, percent(value), f"{between(100 * low, 100 * high, 1)} %"))
        else:
            rows.append((name, f"{value:.3f}", between(low, high)))
    section = Section(
        "figures",
        "Key figures",
        f"At operating point “{e.point}”: alert from risk {e.bounds[0]:.3f}, review from {e.bounds[1]:.3f}. Intervals "
        "come from 1,000 bootstrap resamples of groups of related texts; made so, 95 of 100 intervals hold the figure "
        "that endless texts of the same kind would give.",
        (Table(("figure", "value", "95 % interval"), tuple(rows)),),
    )
    return section, tuple(row for row in rows if row[0] in CARDS)


def operating_points(e: Evidence) -> Section:
    """What each named point costs and finds."""
    rows = []
    for name, point in e.points.items():
        loads = [_load(point.expected[figure], e.held_out) for figure in ("false_alerts", "false_reviews")]
        rows.append((*point_cells(name, point), *loads))
    how = (
        "Thresholds chosen on these scores for a stated load, with the recall to expect and its 95 % interval "
        "(thresholds chosen anew in each resample)."
        if e.held_out
        else "Thresholds as set in training, with what they give on these texts and its 95 % interval."
    )
    columns = (
        "name",
        "rule",
        "alert from",
        "review from",
        "recall, alert",
        "recall, alert or review",
        "false alerts / 1,000",
        "false reviews / 1,000",
    )
    return Section(
        "points",
        "Operating points",
        f"{how} A stricter point raises fewer alarms and finds less. Choose one by name with --operating-point; make "
        "your own with huashu train --operating-point. False alerts and reviews are counted per 1,000 texts that "
        "ought to pass.",
        (Table(columns, tuple(rows), text_columns=2),),
    )


def _load(expected: Sequence[float], held_out: bool) -> str:
    """A load and its interval. Where the rule has set the thresholds on these very texts, the load cannot exceed it:
    no interval then."""
    value, low, high = expected
    return f"{value:.1f}" if held_out else f"{value:.1f} ({between(low, high, 1)})"


def calibration(e: Evidence) -> Section:
    """Reliability diagram and expected calibration error."""
    bins = reliability(e.risks, e.ought)
    intervals = [binomtest(round(rate * count), count).proportion_ci(method="wilson") for _, rate, count in bins]
    bounds = [(interval.low, interval.high) for interval in intervals]
    rows = tuple(
        (f"{risk:.3f}", f"{rate:.3f}", between(low, high), str(count))
        for (risk, rate, count), (low, high) in zip(bins, bounds, strict=True)
    )
    error = expected_calibration_error(e.risks, e.ought)
    how = " Each text's risk is calibrated on the other folds." if e.held_out else ""
    return Section(
        "calibration",
        "Does a risk of 70 % mean 70 %?",
        f"Expected calibration error: {error:.4f} (mean distance between stated risk and measured share over ten bins, "
        f"weighted by texts; 0 is perfect).{how}",
        (
            Figure(
                charts.reliability_diagram(bins, bounds),
                "Points on the dashed line: of the texts with that risk, as many ought to alert as it says. Above the "
                "line the model is too timid, below it too sure. Bars are 95 % intervals (Wilson); few texts, long "
                "bars.",
            ),
            Table(("mean risk", "share that ought to alert", "95 % interval", "texts"), rows, text_columns=0),
        ),
    )
