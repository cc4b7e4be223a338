"""Measuring a classifier on labelled files: alert and review rates by file and label, families, registers, moves."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huashu import Classifier, InputError
from huashu.labels import NONE, REGISTERS, SCHEMES, should_alert
from huashu.reading.dialogue import parse
from huashu_corpora.document import TacticMark, parse_document
from huashu_training.measure.spans import SpanRates, span_rates

FRAUD, OTHER = "fraud", "other_fraud"
"""The label of rows that ought to alert, whatever the scheme; the scheme of frauds of no other kind."""


@dataclass(frozen=True, slots=True)
class LabelledRow:
    """A row of a labelled file: ``label`` is a scheme id or ``fraud``; ``tactics`` are its marked moves, with raw-text
    offsets; ``line`` counts from 1; ``hand`` (who wrote it) and ``group`` (what it belongs with) may be empty."""

    text: str
    label: str
    register: str | None
    tactics: tuple[TacticMark, ...]
    line: int
    hand: str = ""
    group: str = ""

    @property
    def ought_to_alert(self) -> bool:
        return should_alert(self.label, self.register or "")


@dataclass(frozen=True, slots=True)
class Rates:
    """Counts over the rows of one file and label.

    ``named`` counts the alerts whose scheme is the row's label (None for the label ``fraud`` and for ``none``).
    """

    file: str
    label: str
    ought_to_alert: bool
    rows: int
    alerts: int
    reviews: int
    named: int | None


@dataclass(frozen=True, slots=True)
class MoveRates:
    """Moves of a file with tactics."""

    file: str
    rates: SpanRates


def read_labelled(path: Path) -> list[LabelledRow]:
    """The rows ``{"text", "label" or "scheme", "register"?, "tactics"?, "hand"?, "group"?}`` of JSON Lines.

    Blank lines and other fields are left out.

    Raises InputError naming file and line for an unreadable or empty file, invalid JSON, a missing or unknown label,
    a move that is unknown or not in its text, or a text that cannot be judged.
    """
    try:
        content = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not UTF-8 (byte {error.start}); convert it first") from None
    rows = []
    for number, line in enumerate(content.split("\n"), 1):
        if not line.strip():
            continue
        try:
            rows.append(_labelled(json.loads(line), number))
        except json.JSONDecodeError as error:
            raise InputError(f"{path}:{number}: is not valid JSON ({error.msg} at column {error.colno})") from None
        except InputError as error:
            raise InputError(f"{path}:{number}: {error}") from None
    if not rows:
        raise InputError(f"{path}: holds no rows; there is nothing to measure on")
    return rows


def _labelled(row: Any, line: int) -> LabelledRow:
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise InputError("needs an object with a string 'text'")
    text, register = row["text"], row.get("register") or None
    parse(text)
    label = row.get("scheme") if row.get("label") is None else row["label"]
    known = f"known are {FRAUD}, {', '.join(SCHEMES.ids)}"
    if label is None:
        raise InputError(f"needs a 'label' or a 'scheme'; {known}")
    if label != FRAUD and label not in SCHEMES.ids:
        raise InputError(f"unknown label {label!r}; {known}")
    if register is not None and register not in REGISTERS.ids:
        raise InputError(f"unknown register {register!r}; known are {', '.join(REGISTERS.ids)}")
    hand, group = (str(row.get(field) or "") for field in ("hand", "group"))
    return LabelledRow(text, label, register, _marks(text, label, row.get("tactics")), line, hand, group)


def _marks(text: str, label: str, tactics: Any) -> tuple[TacticMark, ...]:
    """The moves of a row, read as those of a document: the same rules and errors."""
    if tactics is None:
        return ()
    scheme = OTHER if label == FRAUD else label
    row = {"id": "row", "text": text, "scheme": scheme, "register": REGISTERS.ids[0], "tactics": tactics}
    return parse_document(row).tactics


def evaluate_rows(
    classifier: Classifier, name: str, rows: Sequence[LabelledRow], advance: Callable[[int], Any] = lambda rows: None
) -> tuple[list[Rates], MoveRates | None]:
    """Judge the rows of the file ``name``; rates by label, rows that ought to pass because they are reports apart.

    The move rates are None unless some row has tactics.
    """
    scores_action: list[str] = []
    scores_scheme: list[str] = []
    for first in range(0, len(rows), 200):
        part = classifier.score([row.text for row in rows[first : first + 200]])
        scores_action += part.action
        scores_scheme += part.scheme
        advance(len(part.action))
    rates = []
    for label, ought in sorted({(row.label, row.ought_to_alert) for row in rows}, key=lambda key: (not key[1], key[0])):
        chosen = [i for i, row in enumerate(rows) if (row.label, row.ought_to_alert) == (label, ought)]
        alerts = [i for i in chosen if scores_action[i] == "alert"]
        rates.append(
            Rates(
                name,
                label,
                ought,
                len(chosen),
                len(alerts),
                sum(scores_action[i] == "review" for i in chosen),
                sum(scores_scheme[i] == label for i in alerts) if ought and label != FRAUD else None,
            )
        )
    marked = [row for row in rows if row.tactics]
    return rates, _move_rates(classifier, name, rows) if marked else None


def _move_rates(classifier: Classifier, name: str, rows: Sequence[LabelledRow]) -> MoveRates:
    pairs = []
    for row in rows:
        wanted = [(mark.tactic, mark.start, mark.end) for mark in row.tactics]
        pairs.append((wanted, [(span.tactic, span.start, span.end) for span in classifier.assess(row.text).tactics]))
    return MoveRates(name, span_rates(pairs))


def pooled(rates: Sequence[Rates]) -> list[Rates]:
    """Sums over all files: rows of label ``none``, reports, and rows that ought to alert."""
    groups: dict[tuple[str, bool], list[Rates]] = {}
    for rate in rates:
        name = "ought to alert" if rate.ought_to_alert else NONE if rate.label == NONE else "reports of fraud"
        groups.setdefault((name, rate.ought_to_alert), []).append(rate)
    return [
        Rates(
            "all files",
            name,
            ought,
            sum(rate.rows for rate in members),
            sum(rate.alerts for rate in members),
            sum(rate.reviews for rate in members),
            None,
        )
        for (name, ought), members in sorted(groups.items())
    ]


def markdown(rates: Sequence[Rates], moves: Sequence[MoveRates]) -> str:
    """The figures as Markdown tables."""
    lines = [
        "| file | label | rows | alert | alert or review | scheme named, of alerts |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for rate in [*rates, *(pooled(rates) if len({rate.file for rate in rates}) > 1 else [])]:
        label = rate.label if rate.ought_to_alert or rate.label == NONE else f"{rate.label} (report)"
        named = f"{rate.named / rate.alerts:.1%}" if rate.named is not None and rate.alerts else ""
        lines.append(
            f"| {rate.file} | {label} | {rate.rows} | {rate.alerts} ({rate.alerts / rate.rows:.2%}) "
            f"| {rate.alerts + rate.reviews} ({(rate.alerts + rate.reviews) / rate.rows:.2%}) | {named} |"
        )
    for move in moves:
        lines += [
            "",
            f"Moves in {move.file}: {move.rates.marked} marked, {move.rates.found} found, span F1 (overlap) "
            f"{move.rates.f1:.3f}: precision {move.rates.precision:.3f}, recall {move.rates.recall:.3f}.",
        ]
    return "\n".join(lines)
