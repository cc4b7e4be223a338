"""Sections that take the figures apart: confusion by label, moves, and rates by register, length, origin and family."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from huashu.labels import REGISTERS, SCHEMES
from huashu_training.figures import percent
from huashu_training.measure.labelled import FRAUD
from huashu_training.measure.rates import Agreement, share
from huashu_training.report import charts
from huashu_training.report.evidence import Evidence
from huashu_training.report.page import Figure, Section, Table, chinese

LENGTHS = (0, 40, 80, 160, 320, 640, 10**9)


def confusion(e: Evidence) -> Section:
    """True against found, schemes and registers."""
    parts: list[Table | Figure] = []
    known, registered = e.true_schemes != FRAUD, e.true_registers != ""
    pairs = (
        ("Schemes", SCHEMES, e.true_schemes[known], e.found_schemes[known]),
        ("Registers", REGISTERS, e.true_registers[registered], e.found_registers[registered]),
    )
    for title, labels, truth, found in pairs:
        rows = [label for label in labels.ids if (truth == label).any()]
        if not rows:
            continue
        counts = np.array([[((truth == a) & (found == b)).sum() for b in labels.ids] for a in rows])
        parts.append(
            Figure(
                charts.matrix(counts, rows, labels.ids),
                f"{title}: a row is the true label, shaded by its share; off the diagonal are mistakes.",
                (_counts(title, rows, labels.ids, counts),),
            )
        )
        agreement = {label: Agreement.of(truth == label, found == label) for label in rows}
        parts.append(
            Table(
                ("label", "名称", "texts", "precision", "recall", "F1"),
                tuple((label, chinese(label), str(of.marked), *_rates(of)) for label, of in agreement.items()),
                text_columns=2,
            )
        )
    return Section("confusion", "Confusion by scheme and register", "Which labels are taken for which.", tuple(parts))


def _counts(title: str, rows: Sequence[str], columns: Sequence[str], counts: NDArray[np.intp]) -> Table:
    """The matrix as a table."""
    cells = tuple((row, *map(str, of.tolist())) for row, of in zip(rows, counts, strict=True))
    return Table(("true \\ found", *columns), cells, f"{title}: true against found")


def _rates(agreement: Agreement) -> tuple[str, str, str]:
    return f"{agreement.precision:.2f}", f"{agreement.recall:.2f}", f"{agreement.f1:.2f}"


def moves(e: Evidence) -> Section:
    """Precision and recall of each move."""
    agreement = {move.tactic: move.agreement for move in e.moves}
    rows = [(name, chinese(name), str(of.marked), str(of.found), *_rates(of)) for name, of in agreement.items()]
    return Section(
        "moves",
        "Moves of the script",
        "Of the found, how many are right (precision); of the marked, how many are found (recall). In cross-validation "
        "counted by clause, on labelled files by overlapping span.",
        (Table(("move", "名称", "marked", "found", "precision", "recall", "F1"), tuple(rows), text_columns=2),),
    )


def breakdowns(e: Evidence) -> Section:
    """Rates by register, length, origin and family."""
    lengths = np.array([len(d.text) for d in e.documents])
    bins = np.digitize(lengths, LENGTHS[1:-1])
    names = [
        f"under {LENGTHS[1]}",
        *(f"{a} to {b - 1}" for a, b in pairwise(LENGTHS[1:-1])),
        f"{LENGTHS[-2]} and more",
    ]
    cuts: tuple[tuple[str, list[str], NDArray[np.str_]], ...] = (
        ("register", list(REGISTERS.ids), e.true_registers),
        ("length in characters", names, np.array(names)[bins]),
        (
            "origin",
            sorted({d.hand or d.origin for d in e.documents}),
            np.array([d.hand or d.origin for d in e.documents]),
        ),
        ("family", [*SCHEMES.ids, FRAUD], e.true_schemes),
    )
    return Section(
        "breakdowns",
        "By register, length, origin and family",
        "The same rates in parts. Small parts swing by chance: look at the counts first. Origin is the writing hand "
        "or the file; in cross-validation other texts of the same hand were learned from.",
        tuple(_breakdown(e, *cut) for cut in cuts),
    )


def _breakdown(e: Evidence, title: str, names: list[str], values: NDArray[np.str_]) -> Table:
    rows = []
    named = e.found_schemes == e.true_schemes
    for name in names:
        of = values == name
        if of.any():
            shares = (
                share(e.alerts, of & e.ought),
                share(e.flagged, of & e.ought),
                share(e.alerts, of & ~e.ought),
                share(e.flagged, of & ~e.ought),
                share(named, of & (e.true_schemes != FRAUD)),
            )
            label = f"{name} {chinese(name)}".strip()
            rows.append((label, str(int(of.sum())), str(int((of & e.ought).sum())), *map(percent, shares)))
    columns = (
        title,
        "texts",
        "ought to alert",
        "of these alert",
        "alert or review",
        "false alarms",
        "false alarm or review",
        "scheme right",
    )
    return Table(columns, tuple(rows))
