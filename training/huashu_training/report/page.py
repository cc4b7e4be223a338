"""The parts of a report, free of any form: sections of text, tables and figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from huashu.labels import REGISTERS, SCHEMES, TACTICS


@dataclass(frozen=True, slots=True)
class Table:
    """``rows`` of cells under ``columns``; the first ``text_columns`` are text, the others numbers."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    text_columns: int = 1


@dataclass(frozen=True, slots=True)
class Figure:
    """An ``svg`` element, how to read it, and ``data``: what it draws, for the forms without pictures."""

    svg: str
    caption: str
    data: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """``note`` says how to read what follows; ``id`` is its anchor."""

    id: str
    title: str
    note: str
    parts: tuple[Table | Figure, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A report: ``about`` are lines of name and value; ``headline`` the figures (name, value, remark) to read first;
    ``numbers`` its chief figures as unrounded JSON values, for programs."""

    title: str
    about: tuple[tuple[str, str], ...]
    headline: tuple[tuple[str, str, str], ...]
    sections: tuple[Section, ...]
    numbers: Mapping[str, Any] = field(default_factory=dict)


def chinese(label: str) -> str:
    """The Chinese name of a scheme, register or move; nothing for another name."""
    return next((labels[label].zh for labels in (SCHEMES, REGISTERS, TACTICS) if label in labels), "")
