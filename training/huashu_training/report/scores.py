"""Sections on what other thresholds would do: precision-recall and ROC of every head, scores by class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from huashu.labels import HEADLINE, NONE, REGISTERS, SCHEMES
from huashu_training.measure.labelled import FRAUD
from huashu_training.measure.ranking import Ranking, ranking
from huashu_training.measure.rates import logit, share
from huashu_training.report import charts
from huashu_training.report.charts import Curve
from huashu_training.report.evidence import Evidence
from huashu_training.report.page import Figure, Section, Table, chinese

FALSE_POSITIVES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
RECALLS = (0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0)


def _heads(e: Evidence) -> tuple[dict[str, Ranking], dict[str, Ranking]]:
    """The main heads by name, and each scheme and register against all others."""
    known, registered = e.true_schemes != FRAUD, e.true_registers != ""
    none, report = SCHEMES.ids.index(NONE), REGISTERS.ids.index("report")
    main = {
        "risk: ought to alert": ranking(e.ought, e.risks),
        "fraud: any scheme": ranking(~e.none, 1 - e.schemes[:, none]),
        "report: a third person's": ranking(e.true_registers[registered] == "report", e.registers[registered, report]),
    }
    each: dict[str, Ranking | None] = {}
    for labels, truth, scores, of in (
        (SCHEMES, e.true_schemes, e.schemes, known),
        (REGISTERS, e.true_registers, e.registers, registered),
    ):
        each |= {one: ranking(truth[of] == one, scores[of, k]) for k, one in enumerate(labels.ids)}
    return {name: head for name, head in main.items() if head}, {name: head for name, head in each.items() if head}


def curves(e: Evidence) -> Section:
    """ROC and precision-recall of each head."""
    main, each = _heads(e)
    moves = {move.tactic: move.ranking for move in e.moves if move.ranking}
    marks = {
        name: (share(caught, ~e.ought), share(caught, e.ought), share(e.ought, caught))
        for name, caught in (("alert", e.alerts), ("alert or review", e.flagged))
    }
    shown = main | ({HEADLINE: each[HEADLINE]} if HEADLINE in each else {})
    parts: list[Figure | Table] = []
    if shown:
        drawing = charts.two_curves({n: h.roc for n, h in shown.items()}, {n: h.pr for n, h in shown.items()}, marks)
        parts = [
            Figure(
                drawing,
                "Left: how much is found (up) for how many false positives (right, on a log scale: false alarms must "
                "be rare). Right: how many of the found are right. The nearer to the upper left (left plot) and the "
                "upper right (right plot), the better. Black marks are the thresholds in use.",
                (_at_false_positives(shown), _at_recalls(shown)),
            ),
            Table(_COLUMNS, _areas(main | each), text_columns=2),
        ]
    for title, some in (("each scheme and register against all others", each), ("each move, by clause", moves)):
        if some:
            pr = {n: (h.pr, f"AP {h.ap:.2f}") for n, h in some.items()}
            roc = {n: (h.roc, f"AUC {h.auc:.3f}") for n, h in some.items()}
            parts += [
                Figure(
                    charts.small_multiples(pr, "recall", "precision"),
                    f"Precision over recall, {title}.",
                    (_at_recalls(some),),
                ),
                Figure(
                    charts.small_multiples(roc, "false positive rate", "recall"),
                    f"ROC, {title}: recall over false positive rate.",
                    (_at_false_positives(some),),
                ),
            ]
    if moves:
        parts.append(Table((*_COLUMNS[:-1], "clauses"), _areas(moves), text_columns=2))
    return Section(
        "curves",
        "Precision-recall and ROC, head by head",
        "A head is one question to the model. AUC is the chance that a text of the class gets a higher score than one "
        "that is not of it; AP is the mean precision over all recalls, and depends on how common the class is.",
        tuple(parts),
    )


_COLUMNS = ("head", "名称", "AUC", "AP", "texts")


def _areas(heads: Mapping[str, Ranking]) -> tuple[tuple[str, ...], ...]:
    return tuple((n, chinese(n), f"{h.auc:.3f}", f"{h.ap:.3f}", str(h.members)) for n, h in heads.items())


def _at_false_positives(heads: Mapping[str, Ranking]) -> Table:
    """Recall at chosen false positive rates."""
    return _grid("Recall at false positive rate", FALSE_POSITIVES, {n: h.roc for n, h in heads.items()}, "right", -1)


def _at_recalls(heads: Mapping[str, Ranking]) -> Table:
    """Precision at chosen recalls."""
    return _grid("Precision at recall", RECALLS, {n: h.pr for n, h in heads.items()}, "left", 0)


def _grid(title: str, points: Sequence[float], curves: Mapping[str, Curve], side: str, step: int) -> Table:
    def row(x: NDArray[np.float64], y: NDArray[np.float64]) -> list[str]:
        places = np.searchsorted(x, points, side=side) + step  # type: ignore[call-overload]
        return [f"{value:.3f}" for value in y[places.clip(0, len(y) - 1)]]

    columns = ("head", *(f"{point:g}" for point in points))
    return Table(columns, tuple((name, *row(*curve)) for name, curve in curves.items()), title)


def histograms(e: Evidence) -> Section:
    """Scores by class."""
    scores = logit(e.risks)
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
    edges = charts.score_edges(scores)
    counts = [np.histogram(of.clip(edges[0], edges[-1]), edges)[0] for of in values.values()]
    rows = tuple((f"{a:.1f} to {b:.1f}", *(str(of[k]) for of in counts)) for k, (a, b) in enumerate(pairwise(edges)))
    return Section(
        "scores",
        "Scores by class",
        "How far apart the classes lie: what stands left of the review line passes, what stands right of the alert "
        "line raises an alarm, and what lies between goes to a person.",
        (
            Figure(
                charts.histograms(values, edges, lines, "score (log-odds of risk)"),
                "Each class has area 1, however many texts it has.",
                (Table(("score", *values), rows, "Texts by score"),),
            ),
        ),
    )
