"""Sections on how good the verdicts are: key figures, operating points, calibration."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest
from sklearn.metrics import roc_auc_score

from huashu.labels import HEADLINE
from huashu_training.fit.calibration import expected_calibration_error, reliability
from huashu_training.measure.bootstrap import Rows, interval
from huashu_training.report import charts
from huashu_training.report.evidence import FRAUD, Evidence, Flags, Floats
from huashu_training.report.page import Figure, Section, Table, percent


def share(caught: Flags, of: Flags) -> float:
    """Share of ``of`` that is ``caught``; not a number when there is none."""
    return float(caught[of].mean()) if of.any() else float("nan")


def macro_f1(truth: NDArray[np.str_], found: NDArray[np.str_]) -> float:
    """Mean F1 of the labels that occur in either."""
    labels = np.unique(np.concatenate([truth, found]))
    hits = np.array([((truth == label) & (found == label)).sum() for label in labels])
    sums = np.array([(truth == label).sum() + (found == label).sum() for label in labels])
    return float((2 * hits / sums).mean()) if len(labels) else float("nan")


def auc(truth: Flags, scores: Floats) -> float:
    """Area under the ROC curve; not a number with one class."""
    return float(roc_auc_score(truth, scores)) if truth.any() and not truth.all() else float("nan")


def key_measures(e: Evidence) -> dict[str, Callable[[Rows], float]]:
    """The figures of the first table, each a function of row numbers."""
    ought, none, alerts, flagged = e.ought, e.none, e.alerts, e.flagged
    truth, found = np.unique(np.concatenate([e.true_schemes, e.found_schemes]), return_inverse=True)[1].reshape(2, -1)
    known = e.true_schemes != FRAUD
    headline = ought & (e.true_schemes == HEADLINE)
    registered = e.true_registers != ""
    right_register = e.true_registers == e.found_registers
    labels = int(max(truth.max(), found.max())) + 1

    def scheme_f1(rows: Rows) -> float:
        rows = rows[known[rows]]
        if not len(rows):
            return float("nan")
        hits = np.bincount(truth[rows][truth[rows] == found[rows]], minlength=labels)
        sums = np.bincount(truth[rows], minlength=labels) + np.bincount(found[rows], minlength=labels)
        return float((2 * hits[sums > 0] / sums[sums > 0]).mean())

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


Measured = Mapping[str, tuple[float, float, float]]
"""Figures by name: value and 95 % interval."""
SHARES_END = "area under the ROC curve"
"""The key measures before this one are shares of texts, shown in percent."""
CARDS = (
    "headline scheme: alert or review",
    "all that ought to alert: alert or review",
    "false alarms on none",
    "expected calibration error of risk",
)


def measure_key_figures(e: Evidence) -> Measured:
    """The key figures that these texts can give."""
    everything = np.arange(len(e.groups))
    measures = key_measures(e).items()
    return {name: interval(measure, e.groups) for name, measure in measures if np.isfinite(measure(everything))}


def key_figures(e: Evidence, measured: Measured) -> tuple[Section, tuple[tuple[str, str, str], ...]]:
    """The section, and (name, value, interval) of the figures for the report's head."""
    order = list(key_measures(e))
    shares = set(order[: order.index(SHARES_END)])
    rows = []
    for name, (value, low, high) in measured.items():
        if name in shares:
            rows.append((name, percent(value), f"{100 * low:.1f} to {100 * high:.1f} %"))
        else:
            rows.append((name, f"{value:.3f}", f"{low:.3f} to {high:.3f}"))
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
        expected = point["expected"]
        cells = [
            f"{percent(v)} ({100 * a:.1f} to {100 * b:.1f})"
            for v, a, b in (expected["recall"], expected["recall_with_review"])
        ]
        load = []
        for v, a, b in (expected["false_alerts"], expected["false_reviews"]):
            # Where the rule has set the thresholds on these very texts, the load cannot exceed it: no interval then.
            load.append(f"{v:.1f}" if e.held_out else f"{v:.1f} ({a:.1f} to {b:.1f})")
        rows.append((name, point["means"], f"{point['alert']:.3f}", f"{point['review']:.3f}", *cells, *load))
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


def calibration(e: Evidence) -> Section:
    """Reliability diagram and expected calibration error."""
    bins = reliability(e.risks, e.ought)
    intervals = [binomtest(round(rate * count), count).proportion_ci(method="wilson") for _, rate, count in bins]
    bounds = [(interval.low, interval.high) for interval in intervals]
    rows = tuple(
        (f"{risk:.3f}", f"{rate:.3f}", f"{low:.3f} to {high:.3f}", str(count))
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
