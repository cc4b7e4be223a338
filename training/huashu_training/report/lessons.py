"""Sections on what was learned: telling phrases, and whether more documents would help."""

from __future__ import annotations

from huashu.labels import SCHEMES
from huashu_training.report import charts
from huashu_training.report.evidence import Evidence
from huashu_training.report.page import Figure, Section, Table


def phrases(e: Evidence) -> Section:
    """The most telling phrases of each scheme."""
    rows = [
        (f"{scheme} {SCHEMES[scheme].zh}", " · ".join(phrase for phrase, _ in found))
        for scheme, found in e.phrases.items()
        if found
    ]
    return Section(
        "phrases",
        "What the model listens to",
        "For each scheme the hundred words and pairs of words that one occurrence of raises its score most, strongest "
        "first; a pair is written with a blank, <number>, <letter> and the like are classes. What does not "
        "belong here is a habit of the documents, and a hint which documents to add.",
        (Table(("scheme", "phrases"), tuple(rows), text_columns=2),),
    )


def learning_curve(e: Evidence) -> Section:
    """Macro-F1 over corpus size."""
    sizes, values = zip(*e.curve, strict=True)
    return Section(
        "curve",
        "Would more documents help?",
        "Scheme macro-F1 on the same held-out texts by models that learned from a part of the others, drawn at random.",
        (
            Figure(
                charts.line(sizes, values, "documents learned from (doubling)", "scheme macro-F1"),
                "A line that still rises at its right end says: write more documents.",
                (
                    Table(
                        ("documents learned from", "scheme macro-F1"),
                        tuple((f"{size:,}", f"{value:.3f}") for size, value in e.curve),
                        text_columns=0,
                    ),
                ),
            ),
        ),
    )
