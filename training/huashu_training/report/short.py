"""The short report on the method: Markdown tables of grouped cross-validation, and of each writer held out in turn."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from huashu.labels import HEADLINE, NONE, REGISTERS, SCHEMES
from huashu.progress import Progress
from huashu_corpora.document import Document
from huashu_corpora.markdown import table
from huashu_training.figures import between, percent
from huashu_training.fit.tasks import best_labels, read
from huashu_training.measure.bootstrap import Rows, estimate
from huashu_training.measure.crossvalidation import CrossValidation, cross_validate, hold_out_hands
from huashu_training.measure.operating_points import FalseAlarms, thresholds
from huashu_training.measure.rates import Floats, macro_f1, share, total
from huashu_training.measure.spans import by_move, out_of_fold_spans
from huashu_training.traffic import Traffic

RULE = FalseAlarms()


def short_report(documents: Sequence[Document], progress: Progress) -> str:
    """Both as Markdown. The writers' part is left out when fewer than two hands are named."""
    reading = read(documents, progress)
    lines = grouped(cross_validate(reading, RULE, progress))
    if len({document.hand for document in documents}) > 1:
        lines += ["", *by_hand(documents, hold_out_hands(reading, progress), RULE)]
    return "\n".join(lines)


def grouped(validation: CrossValidation) -> list[str]:
    """Lines of Markdown: scheme macro-F1 and register accuracy with intervals; moves."""
    cross = validation.cross
    (schemes, registers), (found_schemes, found_registers) = (
        best_labels(outputs) for outputs in (cross.texts.truth, cross.judged.scores)
    )
    right_register = registers == found_registers
    figures: dict[str, Callable[[Rows], float]] = {
        f"scheme, macro-F1 over {len(SCHEMES.ids)}": lambda rows: macro_f1(schemes[rows], found_schemes[rows]),
        f"register, accuracy over {len(REGISTERS.ids)}": lambda rows: float(right_register[rows].mean()),
    }
    rows = []
    for name, measure in figures.items():
        value, low, high = estimate(measure, cross.groups)
        rows.append((name, f"{value:.3f}", between(low, high)))
    return [
        f"Grouped cross-validation, {len(cross.held_out.folds)} folds, {len(cross.documents)} documents in "
        f"{len(set(cross.groups.tolist()))} groups:",
        "",
        *table(("figure", "value", "95 % interval"), rows),
        "",
        *moves(validation),
    ]


def moves(validation: CrossValidation) -> list[str]:
    """Lines of a table: how well spans agree, move by move and over all."""
    agreement = by_move(out_of_fold_spans(validation.cross))
    agreement["all"] = total(agreement.values())
    rows = [
        (name, of.marked, f"{of.precision:.3f}", f"{of.recall:.3f}", f"{of.f1:.3f}") for name, of in agreement.items()
    ]
    return table(("move", "marked", "precision", "recall", "span F1"), rows)


def by_hand(documents: Sequence[Document], risks: Floats, rule: FalseAlarms) -> list[str]:
    """Lines of Markdown: recall and false alarms for each writing hand, at thresholds that keep to ``rule`` on the
    ``risks`` (documents,) from models that never saw that hand."""
    hands = np.array([document.hand for document in documents])
    names = sorted(set(hands.tolist()))
    schemes = np.array([document.scheme for document in documents])
    ought = np.array([document.ought_to_alert for document in documents])
    headline, none = ought & (schemes == HEADLINE), schemes == NONE
    bounds = thresholds(rule, risks, Traffic.of(documents))
    alerts, flagged = risks >= bounds[0], risks >= bounds[1]
    rows = []
    for name, of in [*((name, hands == name) for name in names), ("all hands", np.ones(len(hands), dtype=bool))]:
        shares = share(flagged, of & headline), share(flagged, of & ought), share(alerts, of & none)
        rows.append((name, int(of.sum()), *(percent(value, sign="%") for value in shares)))
    columns = ("hand", "documents", "headline alert or review", "all fraud alert or review", "alerts on `none`")
    return [
        f"Each of {len(names)} hands held out in turn, at {rule.alerts:g} false alerts and "
        f"{rule.reviews:g} false alerts or reviews per 1,000:",
        "",
        *table(columns, rows),
    ]
