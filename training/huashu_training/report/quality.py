"""Sections on how good the verdicts are: key figures, operating points, curves, calibration, scores."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binom
from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve

from huashu.labels import HEADLINE, NONE, REGISTERS, SCHEMES
from huashu_training.bootstrap import Rows, interval
from huashu_training.calibration import expected_calibration_error, reliability
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


def key_figures(e: Evidence) -> tuple[Section, tuple[tuple[str, str, str], ...]]:
    """The section, and (name, value, interval) of the figures for the report's head."""
    rows = []
    for name, measure in key_measures(e).items():
        value, low, high = (
            interval(measure, e.groups) if np.isfinite(measure(np.arange(len(e.groups)))) else [float("nan")] * 3
        )
        rows.append(
            (name, f"{value:.3f}" if value == value else "", f"{low:.3f} to {high:.3f}" if value == value else "")
        )
    section = Section(
        "figures",
        "Key figures",
        f"At operating point “{e.point}”: alert from risk {e.bounds[0]:.3f}, review from {e.bounds[1]:.3f}. The "
        "interval (95 %) comes from 1,000 bootstrap resamples of groups of related texts: another sample of the same "
        "kind of texts would give a figure in it 19 times out of 20.",
        (Table(("figure", "value", "95 % interval"), tuple(rows)),),
    )
    chosen = [row for row in rows if row[1]]
    picks = [chosen[i] for i in (0, 2, 4, -1) if -len(chosen) <= i < len(chosen)]
    return section, tuple(dict.fromkeys(picks))


def operating_points(e: Evidence) -> Section:
    """What each named point costs and finds."""
    rows = []
    for name, point in e.points.items():
        expected = point["expected"]
        cells = [
            f"{percent(v)} ({100 * a:.1f} to {100 * b:.1f})"
            for v, a, b in (expected["recall"], expected["recall_with_review"])
        ]
        load = [f"{expected[key][0]:.1f}" for key in ("false_alerts", "false_reviews")]
        rows.append((name, point["means"], f"{point['alert']:.3f}", f"{point['review']:.3f}", *cells, *load))
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
        "Thresholds chosen on these scores for a stated load, with the recall to expect and its 95 % interval "
        "(thresholds chosen anew in each resample). A stricter point raises fewer alarms and finds less. Choose one "
        "by name with --operating-point; make your own with huashu train --operating-point.",
        (Table(columns, tuple(rows), text_columns=2),),
    )


def curves(e: Evidence) -> Section:
    """ROC and precision-recall of each head."""
    ought = e.ought
    heads: dict[str, tuple[Flags, Floats]] = {
        "risk: ought to alert": (ought, e.risks),
        "fraud: any scheme": (e.true_schemes != NONE, 1 - e.schemes[:, SCHEMES.ids.index(NONE)]),
        f"scheme {HEADLINE}": (e.true_schemes == HEADLINE, e.schemes[:, SCHEMES.ids.index(HEADLINE)]),
        "register report": (e.true_registers == "report", e.registers[:, REGISTERS.ids.index("report")]),
    }
    heads = {name: pair for name, pair in heads.items() if pair[0].any() and not pair[0].all()}
    roc = {name: roc_curve(*pair)[:2] for name, pair in heads.items()}
    pr = {name: precision_recall_curve(*pair)[1::-1] for name, pair in heads.items()}
    marks = {
        name: (share(caught, ~ought), share(caught, ought), share(ought, caught))
        for name, caught in (("alert", e.alerts), ("alert or review", e.flagged))
    }
    multiples = {}
    rows = [(name, "", *_areas(*pair)) for name, pair in heads.items() if not name.startswith("scheme")]
    known = e.true_schemes != FRAUD
    for ids, truth, scores in ((SCHEMES, e.true_schemes, e.schemes), (REGISTERS, e.true_registers, e.registers)):
        for k, label in enumerate(ids.labels):
            of = truth[known] == label.id
            if of.any() and not of.all():
                areas = _areas(of, scores[known, k])
                rows.append((label.id, label.zh, *areas))
                if ids is SCHEMES:
                    precision, recall, _ = precision_recall_curve(of, scores[known, k])
                    multiples[label.id] = ((recall, precision), f"AP {areas[1]}")
    figures = [
        Figure(
            charts.two_curves(roc, pr, marks),
            "Left: how much is found (up) for how many false positives (right, on a log scale: false alarms must be "
            "rare). Right: how many of the found are right. The nearer to the upper left (left plot) and the upper "
            "right (right plot), the better. Black marks are the thresholds in use.",
        )
    ]
    if multiples:
        figures.append(
            Figure(charts.small_multiples(multiples), "Precision over recall for each scheme against all others.")
        )
    return Section(
        "curves",
        "Precision-recall and ROC, head by head",
        "A head is one question to the model. AUC is the chance that a text of the class gets a higher score than one "
        "that is not of it; AP is the mean precision over all recalls, and depends on how common the class is.",
        (*figures, Table(("head", "名称", "AUC", "AP", "texts"), tuple(rows), text_columns=2)),
    )


def _areas(truth: Flags, scores: Floats) -> tuple[str, str, str]:
    return f"{auc(truth, scores):.3f}", f"{average_precision_score(truth, scores):.3f}", str(int(truth.sum()))


def calibration(e: Evidence) -> Section:
    """Reliability diagram and expected calibration error."""
    bins = reliability(e.risks, e.ought)
    bounds = [(binom.ppf(0.025, count, rate) / count, binom.ppf(0.975, count, rate) / count) for _, rate, count in bins]
    rows = tuple((f"{risk:.3f}", f"{rate:.3f}", str(count)) for risk, rate, count in bins)
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
                "line the model is too timid, below it too sure. Bars are 95 % binomial intervals; few texts, long "
                "bars.",
            ),
            Table(("mean risk", "share that ought to alert", "texts"), rows, text_columns=0),
        ),
    )


def histograms(e: Evidence) -> Section:
    """Scores by class."""
    scores = np.log(e.risks.clip(1e-9, 1 - 1e-9) / (1 - e.risks.clip(1e-9, 1 - 1e-9)))
    headline = e.ought & (e.true_schemes == HEADLINE)
    values = {
        "none": scores[e.none],
        "other fraud, ought to alert": scores[e.ought & ~headline],
        "reports of fraud": scores[~e.ought & ~e.none],
        "headline, ought to alert": scores[headline],
    }
    lines = {
        name: float(np.log(at / (1 - at))) for name, at in zip(("alert", "review"), e.bounds, strict=True) if 0 < at < 1
    }
    return Section(
        "scores",
        "Scores by class",
        "How far apart the classes lie: what stands left of the review line passes, what stands right of the alert "
        "line raises an alarm, and what lies between goes to a person.",
        (
            Figure(
                charts.histograms(values, lines, "score (log-odds of risk)"),
                "Each class has area 1, however many texts it has.",
            ),
        ),
    )
