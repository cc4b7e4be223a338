"""What a report is made from: judged texts with their truth, and what was measured around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huashu.labels import NONE, REGISTERS, SCHEMES, should_alert
from huashu_corpora.document import Document
from huashu_training.measure.robustness import AttackRates

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

FRAUD = "fraud"
"""Scheme of texts that are known to be fraud and no more."""


@dataclass(frozen=True, slots=True)
class Head:
    """What one head's scores can do: ``roc`` (false positive rates, recalls) and ``pr`` (recalls, precisions), both
    rising; the areas ``auc`` and ``ap`` (average precision); how many are ``members`` of its class."""

    roc: tuple[Floats, Floats]
    pr: tuple[Floats, Floats]
    auc: float
    ap: float
    members: int


@dataclass(frozen=True, slots=True)
class MoveCount:
    """A move: how often it is ``marked``, ``found``, and how many of each the other confirms; its ``head`` where its
    scores are known."""

    tactic: str
    marked: int
    found: int
    recalled: int
    precise: int
    head: Head | None = None


@dataclass(frozen=True, slots=True)
class Rival:
    """Another model on the same texts: its ``risks`` (n,), its ``(alert, review)`` thresholds, its scheme ids (n,)
    if it names any."""

    name: str
    risks: Floats
    bounds: tuple[float, float]
    schemes: NDArray[np.str_] | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Judged texts.

    ``risks`` (n,), ``schemes`` (n, 16) and ``registers`` (n, 4) are probabilities of ``documents``, whose ``groups``
    (n,) belong together; ``bounds`` are the alert and the review threshold of operating point ``point``; ``points`` is
    what :func:`huashu_training.measure.operating_points.describe` gives; ``explain`` gives the phrases that moved a
    text's score, with their weights; ``phrases`` the most telling ones of each scheme; ``curve`` macro-F1 by corpus
    size. ``about`` are lines of name and value for the report's head. A document's register may be empty and its scheme
    ``FRAUD`` where that is all that is known.
    """

    title: str
    command: str
    about: Sequence[tuple[str, str]]
    documents: Sequence[Document]
    groups: NDArray[np.intp]
    risks: Floats
    schemes: Floats
    registers: Floats
    bounds: tuple[float, float]
    point: str
    points: Mapping[str, Any]
    moves: Sequence[MoveCount]
    explain: Callable[[int], Sequence[tuple[str, float]]]
    phrases: Mapping[str, Sequence[tuple[str, float]]] = field(default_factory=dict)
    attacks: Sequence[AttackRates] = ()
    plain_attacks: Sequence[AttackRates] = ()
    rival: Rival | None = None
    curve: Sequence[tuple[int, float]] = ()
    held_out: bool = True

    @property
    def ought(self) -> Flags:
        return np.array([should_alert(d.scheme, d.register) for d in self.documents])

    @property
    def none(self) -> Flags:
        return np.array([d.scheme == NONE for d in self.documents])

    @property
    def true_schemes(self) -> NDArray[np.str_]:
        return np.array([d.scheme for d in self.documents])

    @property
    def true_registers(self) -> NDArray[np.str_]:
        return np.array([d.register for d in self.documents])

    @property
    def found_schemes(self) -> NDArray[np.str_]:
        return np.array(SCHEMES.ids)[self.schemes.argmax(axis=1)]  # type: ignore[no-any-return]

    @property
    def found_registers(self) -> NDArray[np.str_]:
        return np.array(REGISTERS.ids)[self.registers.argmax(axis=1)]  # type: ignore[no-any-return]

    @property
    def alerts(self) -> Flags:
        return self.risks >= self.bounds[0]

    @property
    def flagged(self) -> Flags:
        return self.risks >= self.bounds[1]
