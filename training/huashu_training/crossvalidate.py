"""The honest figures of a corpus: grouped cross-validation, and each writer held out in turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, f1_score

from huashu.labels import HEADLINE, NONE, REGISTERS, SCHEMES, should_alert
from huashu.verdict.decide import FRAUD_COLUMN, REGISTER_COLUMNS, REPORT_COLUMN, SCHEME_COLUMNS
from huashu.verdict.risk import sigmoid
from huashu_corpora.document import Document
from huashu_corpora.groups import group_numbers
from huashu_training.fit.calibration import fit_risk
from huashu_training.fit.crossfit import Fold, grouped_folds, hand_folds
from huashu_training.fit.tasks import Task, clause_task, read, text_task
from huashu_training.measure.bootstrap import Rows, interval
from huashu_training.measure.operating_points import FalseAlarms, thresholds
from huashu_training.measure.spans import by_move
from huashu_training.train import Report


def grouped(documents: Sequence[Document], report: Report) -> list[str]:
    """Lines of Markdown from grouped cross-validation: scheme macro-F1 and register accuracy with intervals; moves."""
    reading = read(documents)
    task = text_task(reading, grouped_folds)
    cross = task.cross_fit(report("grouped cross-validation", len(task.folds)))
    scores = cross.scores[task.measured]
    groups = np.array(group_numbers(documents))
    schemes = task.truth[:, SCHEME_COLUMNS].argmax(axis=1)
    registers = task.truth[:, REGISTER_COLUMNS].argmax(axis=1)
    found_schemes = scores[:, SCHEME_COLUMNS].argmax(axis=1)
    found_registers = scores[:, REGISTER_COLUMNS].argmax(axis=1)

    def macro_f1(rows: Rows) -> float:
        return float(f1_score(schemes[rows], found_schemes[rows], average="macro", zero_division=0))

    def accuracy(rows: Rows) -> float:
        return float(accuracy_score(registers[rows], found_registers[rows]))

    lines = [
        f"Grouped cross-validation, {len(task.folds)} folds, {len(documents)} documents in {len(set(groups))} groups:",
        "",
        "| figure | value | 95 % interval |",
        "|---|---:|---:|",
    ]
    figures: tuple[tuple[str, Callable[[Rows], float]], ...] = (
        (f"scheme, macro-F1 over {len(SCHEMES.ids)}", macro_f1),
        (f"register, accuracy over {len(REGISTERS.ids)}", accuracy),
    )
    for name, measure in figures:
        value, low, high = interval(measure, groups)
        lines.append(f"| {name} | {value:.3f} | {low:.3f} to {high:.3f} |")
    pieces = clause_task(reading, cross.scores, grouped_folds)
    clause_scores = pieces.out_of_fold(report("moves", len(pieces.folds)))
    analyses = reading.analyses[: reading.written]
    lines += ["", "| move | marked | precision | recall | span F1 |", "|---|---:|---:|---:|---:|"]
    for name, rates in by_move(documents, analyses, found_schemes, clause_scores, pieces.truth == 1).items():
        lines.append(f"| {name} | {rates.marked} | {rates.precision:.3f} | {rates.recall:.3f} | {rates.f1:.3f} |")
    return lines


def by_hand(documents: Sequence[Document], rule: FalseAlarms, report: Report) -> list[str]:
    """Lines of Markdown: recall and false alarms for each writing hand, from a model that never saw that hand.

    Calibration and thresholds come from all held-out scores, as in training.
    """
    hands = np.array([document.hand for document in documents])
    names = sorted(set(hands.tolist()))

    def one_by_one(some: Sequence[Document], folds: int) -> list[Fold]:
        return hand_folds(some, len(names))

    task = text_task(read(documents), one_by_one)
    scores = task.out_of_fold(report("one hand held out", len(task.folds)))
    risks = _risks(task, scores)
    ought = np.array([should_alert(document.scheme, document.register) for document in documents])
    headline = ought & np.array([document.scheme == HEADLINE for document in documents])
    none = np.array([document.scheme == NONE for document in documents])
    bounds = thresholds(rule, risks, ought)
    alerts, flagged = risks >= bounds[0], risks >= bounds[1]
    lines = [
        f"Each of {len(names)} hands held out in turn, at {rule.alerts:g} false alerts and "
        f"{rule.reviews:g} false alerts or reviews per 1,000:",
        "",
        "| hand | documents | headline alert or review | all fraud alert or review | alerts on `none` |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, rows in [*((name, hands == name) for name in names), ("all hands", np.ones(len(hands), dtype=bool))]:
        cells = [_share(flagged, rows & headline), _share(flagged, rows & ought), _share(alerts, rows & none)]
        lines.append(f"| {name} | {int(rows.sum())} | {' | '.join(cells)} |")
    return lines


def _risks(task: Task, scores: NDArray[np.float64]) -> NDArray[np.float64]:
    heads = scores[:, FRAUD_COLUMN], scores[:, REPORT_COLUMN]
    risk = fit_risk(*heads, task.truth[:, FRAUD_COLUMN] == 1, task.truth[:, REPORT_COLUMN] == 1)
    return sigmoid(risk.log_odds(*heads))


def _share(chosen: NDArray[np.bool_], of: NDArray[np.bool_]) -> str:
    return f"{chosen[of].mean():.1%}" if of.any() else ""


def cross_validate(documents: Sequence[Document], report: Report, rule: FalseAlarms | None = None) -> str:
    """Both as Markdown. The writers' part is left out when fewer than two hands are named."""
    lines = grouped(documents, report)
    if len({document.hand for document in documents}) > 1:
        lines += ["", *by_hand(documents, rule or FalseAlarms(), report)]
    return "\n".join(lines)
