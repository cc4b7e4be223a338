"""Measuring a classifier on labelled files: alert and review rates by file and label, and moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from huashu import Classifier
from huashu.labels import NONE
from huashu.progress import SILENT, Progress
from huashu_corpora.markdown import table
from huashu_training.figures import percent
from huashu_training.measure.batches import score_all
from huashu_training.measure.labelled import FRAUD, LabelledRow
from huashu_training.measure.rates import Agreement
from huashu_training.measure.spans import found_spans, marked_spans, span_agreement


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """Counts over the rows of one file and label.

    ``named`` counts the alerts whose scheme is the row's label (None for the label ``fraud`` and where the rows ought
    to pass).
    """

    file: str
    label: str
    ought_to_alert: bool
    rows: int
    alerts: int
    reviews: int
    named: int | None


@dataclass(frozen=True, slots=True)
class FileFigures:
    """What was measured on one file: ``counts`` by label, rows that ought to pass because they are reports apart; how
    well the ``moves`` agree, None unless some row has marked ones."""

    file: str
    counts: Sequence[LabelCounts]
    moves: Agreement | None


def evaluate_rows(
    classifier: Classifier, name: str, rows: Sequence[LabelledRow], progress: Progress = SILENT
) -> FileFigures:
    """Judge the rows of the file ``name``."""
    scores = score_all(classifier, [row.text for row in rows], progress, f"evaluating {name}")
    actions, schemes = np.array(scores.action), np.array(scores.scheme)
    counts = []
    for label, ought in sorted({(row.label, row.ought_to_alert) for row in rows}, key=lambda key: (not key[1], key[0])):
        chosen = np.array([(row.label, row.ought_to_alert) == (label, ought) for row in rows])
        alerts = chosen & (actions == "alert")
        named = int((alerts & (schemes == label)).sum()) if ought and label != FRAUD else None
        reviews = int((chosen & (actions == "review")).sum())
        counts.append(LabelCounts(name, label, ought, int(chosen.sum()), int(alerts.sum()), reviews, named))
    return FileFigures(name, counts, _moves(classifier, rows) if any(row.tactics for row in rows) else None)


def _moves(classifier: Classifier, rows: Sequence[LabelledRow]) -> Agreement:
    return span_agreement([(marked_spans(row.tactics), found_spans(classifier.assess(row.text))) for row in rows])


def pooled(counts: Sequence[LabelCounts]) -> list[LabelCounts]:
    """Sums over all files: rows of label ``none``, reports, and rows that ought to alert."""
    sides: dict[tuple[str, bool], list[LabelCounts]] = {}
    for count in counts:
        name = "ought to alert" if count.ought_to_alert else NONE if count.label == NONE else "reports of fraud"
        sides.setdefault((name, count.ought_to_alert), []).append(count)
    sums = []
    for (name, ought), members in sorted(sides.items()):
        rows, alerts, reviews = (sum(of) for of in zip(*((m.rows, m.alerts, m.reviews) for m in members), strict=True))
        sums.append(LabelCounts("all files", name, ought, rows, alerts, reviews, None))
    return sums


def markdown(files: Sequence[FileFigures]) -> str:
    """The figures as Markdown tables."""
    counts = [count for file in files for count in file.counts]
    counts += pooled(counts) if len(files) > 1 else []
    columns = ("file", "label", "rows", "alert", "alert or review", "scheme named, of alerts")
    lines = table(columns, map(_row, counts), text_columns=2)
    for file in files:
        if file.moves is not None:
            lines += ["", f"Moves in {file.file}: {_in_words(file.moves)}."]
    return "\n".join(lines)


def _row(of: LabelCounts) -> tuple[object, ...]:
    label = of.label if of.ought_to_alert or of.label == NONE else f"{of.label} (report)"
    caught = [f"{count} ({percent(count / of.rows, 2, '%')})" for count in (of.alerts, of.alerts + of.reviews)]
    named = "" if of.named is None or not of.alerts else percent(of.named / of.alerts, sign="%")
    return of.file, label, of.rows, *caught, named


def _in_words(moves: Agreement) -> str:
    return (
        f"{moves.marked} marked, {moves.found} found, span F1 (overlap) {moves.f1:.3f}: "
        f"precision {moves.precision:.3f}, recall {moves.recall:.3f}"
    )
