"""What an assessment says: small frozen values that turn into JSON. No logic lives here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huashu.masking import mask


@dataclass(frozen=True, slots=True)
class TacticSpan:
    """A move of the script.

    ``start``/``end`` are offsets into what the caller sent (into the turn's words for a list of turns), ``quote`` is
    that slice, ``probability`` is calibrated (0..1), ``turn`` counts from 0 and is None where there are no turns.
    ``role`` is that of the turn's speaker: ``agent`` (the side that offers or serves), ``customer``, or ``unknown``.
    """

    tactic: str
    start: int
    end: int
    quote: str
    probability: float
    turn: int | None = None
    role: str = "unknown"


@dataclass(frozen=True, slots=True)
class Fact:
    """A detail of the case.

    ``kind`` is one of ``huashu.evidence.facts.KINDS``; offsets as in :class:`TacticSpan`; ``value`` is the normalised
    form (yuan for money and turnover, percent for rates, ISO 8601 for dates, ``30d``/``1m`` for terms, lower-case ids).
    ``role`` says of an amount what it is in the story, one of ``huashu.evidence.amounts.ROLES`` or empty. ID and bank
    card numbers are masked in ``quote`` and ``value``.
    """

    kind: str
    start: int
    end: int
    quote: str
    value: str
    role: str = ""
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """A part of the score. Positive ``weight`` pushed towards an alert.

    ``kind`` is ``text`` (a phrase, with its place as in :class:`TacticSpan`), ``structure`` (that there are turns),
    ``intercept`` (what a text without any known feature scores), or one that an adjustment brought along
    (:mod:`huashu.verdict.adjustment`). The weights of all reasons sum to the score.
    """

    kind: str
    weight: float
    start: int | None = None
    end: int | None = None
    quote: str = ""
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the script, an id of ``huashu.labels.STAGES``; ``moves`` are places in ``Assessment.tactics``."""

    stage: str
    moves: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """What stands between a text and the ``next_action`` (``review`` or ``alert``).

    ``distance`` is the log-odds that the score lacks; ``scheme`` the likeliest besides ``none``. ``because`` is
    ``report`` when a fraud is told, but by a third person: somebody concerned would have to tell it. Otherwise it
    is ``moves``, and ``moves`` are those that texts of the scheme usually show and this one does not.
    """

    next_action: str
    distance: float
    scheme: str
    because: str
    moves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """The verdict on one text.

    ``risk`` is the calibrated probability (0..1) that the text ought to raise an alert and ``score`` its log-odds;
    ``schemes`` and ``registers`` map every label to its probability (each sums to 1); ``missing`` lists, when the
    scheme is ``upgrade_fee``, the moves of its script that were not seen; ``timeline`` puts the moves in the order of
    the script, every stage once; ``why_not`` is None for an alert and for an unjudged text; ``notes`` holds codes of
    what limits the verdict: ``no_chinese`` (nothing that Huashu reads: it passes unjudged, with risk 0 and no reasons),
    ``short`` (fewer than six Chinese characters).
    """

    action: str
    risk: float
    score: float
    scheme: str
    schemes: Mapping[str, float]
    register: str
    registers: Mapping[str, float]
    tactics: tuple[TacticSpan, ...]
    facts: tuple[Fact, ...]
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    timeline: tuple[Stage, ...]
    why_not: WhyNot | None
    notes: tuple[str, ...]
    model_version: str

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON: the fields by name, tuples as lists, probabilities rounded to 6 digits."""
        return _plain(self)  # type: ignore[no-any-return]

    def masked(self) -> Assessment:
        """The same with personal numbers hidden (see :mod:`huashu.masking`) in every quote and value."""
        return replace(
            self,
            tactics=tuple(replace(span, quote=mask(span.quote)) for span in self.tactics),
            facts=tuple(replace(fact, quote=mask(fact.quote), value=mask(fact.value)) for fact in self.facts),
            reasons=tuple(replace(reason, quote=mask(reason.quote)) for reason in self.reasons),
        )


@dataclass(frozen=True, slots=True)
class Verdict:
    """The verdict on a call after turn number ``turn`` (from 0).

    ``action`` to ``register`` are those of an :class:`Assessment` of the turns so far; ``tactics`` are the moves that
    this turn shows when it is read by itself, with offsets into its words.
    """

    turn: int
    action: str
    risk: float
    score: float
    scheme: str
    register: str
    tactics: tuple[TacticSpan, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON, as :meth:`Assessment.to_dict`."""
        return _plain(self)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class Scores:
    """The verdicts on n texts without evidence: ``risk`` (n,), and n strings each."""

    risk: NDArray[np.float64]
    action: list[str]
    scheme: list[str]
    register: list[str]


def _plain(value: Any) -> Any:
    """``value`` as JSON data in one pass; ``dataclasses.asdict`` would copy everything first."""
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    names = getattr(type(value), "__dataclass_fields__", None)
    return value if names is None else {name: _plain(getattr(value, name)) for name in names}
