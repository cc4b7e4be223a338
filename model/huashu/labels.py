"""The labels: schemes, registers, tactics, stages of the script and actions, read from ``data/labels.json``.

Everything that needs a label's name, definition or advice reads it here; no other file lists them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

NONE = "none"
REPORT = "report"
HEADLINE = "upgrade_fee"


@dataclass(frozen=True, slots=True)
class Label:
    """One label: id as used in data and results, names and definition for people.

    ``advice_zh`` and ``advice_en`` are set for schemes only: who takes the case over and what to keep. ``stage`` is set
    for tactics only: the id of the step of the script that the move belongs to.
    """

    id: str
    zh: str
    en: str
    definition: str
    advice_zh: str = ""
    advice_en: str = ""
    stage: str = ""


@dataclass(frozen=True)
class LabelSet:
    """All labels of one kind, in the order of the data file, which is the order of every score column."""

    labels: tuple[Label, ...]

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return tuple(label.id for label in self.labels)

    def __getitem__(self, label_id: str) -> Label:
        """The label with this id; KeyError if there is none."""
        for label in self.labels:
            if label.id == label_id:
                return label
        raise KeyError(label_id)

    def __contains__(self, label_id: object) -> bool:
        return any(label.id == label_id for label in self.labels)


@cache
def _data() -> dict[str, list[dict[str, Any]]]:
    text = files("huashu").joinpath("data/labels.json").read_text(encoding="utf-8")
    data: dict[str, list[dict[str, Any]]] = json.loads(text)
    return data


def _load(kind: str) -> LabelSet:
    return LabelSet(tuple(Label(**entry) for entry in _data()[kind]))


SCHEMES = _load("schemes")
REGISTERS = _load("registers")
TACTICS = _load("tactics")
STAGES = _load("stages")
ACTIONS = _load("actions")


def should_alert(scheme: str, register: str) -> bool:
    """Whether a document with these true labels ought to raise an alert: a scheme, told by or to somebody concerned."""
    return scheme != NONE and register != REPORT
