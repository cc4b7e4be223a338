"""What a report is made from: judged texts with their truth, and what was measured around them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from huashu.labels import NONE, REGISTERS, SCHEMES
from huashu.manifest import OperatingPoint
from huashu.result import Reason
from huashu_corpora.document import Document
from huashu_training.measure.ranking import Ranking
from huashu_training.measure.rates import Agreement, Flags, Floats
from huashu_training.measure.robustness import AttackRates

PHRASES = 100
"""So many phrases are shown of each scheme."""
REASONS = 6
"""So many reasons are shown of each mistake."""


@dataclass(frozen=True, slots=True)
class Move:
    """How well what is found of a move agrees with what is marked; the
    ``ranking`` of its scores where they are known."""

    tactic: str
    agreement: Agreement
    ranking: Ranking | None = None


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
    (n,) belong together; ``bounds`` are the alert and the review threshold of operating point ``point``, one of
    ``points``, whose expected figures were measured on these texts; ``explain`` gives the phrases that moved a text's
    score, with their weights; ``phrases`` the most telling ones of each scheme; ``curve`` macro-F1 by corpus size.
    ``about`` are lines of name and value for the report's head. A document's register may be empty and its scheme
    ``FRAUD`` where that is all that is known. ``held_out`` is whether the models were fitted without the texts and the
    thresholds set on them; otherwise one finished model judges by thresholds of its own.
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
    points: Mapping[str, OperatingPoint]
    moves: Sequence[Move]
    explain: Callable[[int], Sequence[tuple[str, float]]]
    phrases: Mapping[str, Sequence[tuple[str, float]]] = field(default_factory=dict)
    attacks: Sequence[AttackRates] = ()
    baseline_attacks: Sequence[AttackRates] = ()
    rival: Rival | None = None
    curve: Sequence[tuple[int, float]] = ()
    held_out: bool = True

    @property
    def ought(self) -> Flags:
        return np.array([d.ought_to_alert for d in self.documents])

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


def most_telling(phrases: Sequence[str], parts: Floats) -> dict[str, list[tuple[str, float]]]:
    """For each scheme the phrases that one occurrence of adds most to its score, with that part, strongest first;
    ``parts`` is (schemes, phrases)."""
    best = np.argsort(-parts, axis=1, kind="stable")[:, :PHRASES]
    return {
        scheme: [(str(phrases[i]), float(parts[k, i])) for i in best[k].tolist() if parts[k, i] > 0]
        for k, scheme in enumerate(SCHEMES.ids)
    }


def text_reasons(reasons: Sequence[Reason]) -> list[tuple[str, float]]:
    """The phrases among ``reasons`` that moved a score most, with their weights."""
    return [(reason.quote, reason.weight) for reason in reasons if reason.kind == "text"][:REASONS]
