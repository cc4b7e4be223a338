"""What an assessment says: small frozen values that turn into JSON, and their masked copies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from huashu.errors import InputError
from huashu.masking import mask, mask_pieces
from huashu.reading.dialogue import Source, parse


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
    ``intercept`` (what a text without any known feature scores), ``length`` (that the deciding part is the highest of
    many), or one that an adjustment brought along
    (:mod:`huashu.verdict.adjustment`). The weights of all reasons sum to the score.
    """

    kind: str
    weight: float
    start: int | None = None
    end: int | None = None
    quote: str = ""
    turn: int | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a long text that decided: from ``start`` in turn ``turn`` to ``end`` in turn ``last_turn``, offsets
    as in :class:`TacticSpan`; it is one of ``of`` overlapping parts that were read."""

    start: int
    end: int
    turn: int | None
    last_turn: int | None
    of: int


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the script, an id of ``huashu.labels.STAGES``; ``spans`` are places in ``Assessment.tactics``."""

    stage: str
    spans: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class WhyNot:
    """What stands between a text and the ``next_action`` (``review`` or ``alert``).

    ``distance`` is the log-odds that the score lacks; ``scheme`` the likeliest besides ``none``. ``because`` is
    ``report`` when a fraud is told, but by a third person: somebody concerned would have to tell it. Otherwise it
    is ``tactics``, and ``tactics`` are those that texts of the scheme usually show and this one does not.
    """

    next_action: str
    distance: float
    scheme: str
    because: str
    tactics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a text is judged to be.

    ``action`` is ``alert``, ``review`` or ``pass``; ``risk`` is the calibrated probability (0..1) that the text ought
    to raise an alert and ``score`` its log-odds; ``scheme`` and ``register`` are the likeliest labels, ``schemes`` and
    ``registers`` map every label to its probability (each sums to 1).
    """

    action: str
    risk: float
    score: float
    scheme: str
    schemes: Mapping[str, float]
    register: str
    registers: Mapping[str, float]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON: the fields by name, tuples as lists, probabilities rounded to 6 digits."""
        return to_plain(self)  # type: ignore[no-any-return]

    def parts(self) -> dict[str, Any]:
        """The verdict's own fields by name, of which more is made: an :class:`Assessment`, a :class:`TurnVerdict`."""
        return {name: getattr(self, name) for name in Verdict.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class Assessment(Verdict):
    """The verdict on one text and what stands under it.

    ``part`` is the part of a long text that decided, None where the text was read as a whole;
    ``missing`` lists, when the scheme is ``upgrade_fee``, the moves of its script that were not seen; ``timeline`` puts
    the moves in the order of the script, every stage once; ``why_not`` is None for an alert and for an unjudged text;
    ``notes`` holds codes of what limits the verdict: ``no_chinese`` (nothing that Huashu reads: it passes unjudged,
    with risk 0 and no reasons), ``short`` (fewer than six Chinese characters), ``cut`` (more than 5,000 moves or
    facts, the first of which are told)."""

    part: Part | None
    tactics: tuple[TacticSpan, ...]
    facts: tuple[Fact, ...]
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    timeline: tuple[Stage, ...]
    why_not: WhyNot | None
    notes: tuple[str, ...]
    model_version: str

    def masked(self, source: Source, kinds: Iterable[str] = ()) -> Self:
        """The same with personal numbers, and what ``kinds`` names, hidden (see :mod:`huashu.masking`) in every
        quote and value; ``source`` is what was assessed. Quotes are cut from the masked source: a part of a number
        alone would not look like one.

        InputError when ``source`` cannot be judged, or lacks a place that the result quotes.
        """
        dialogue = parse(source)
        kinds = tuple(kinds)
        hidden = replace(dialogue, pieces=mask_pieces(source, kinds))

        def quoted(part: TacticSpan | Fact | Reason) -> str:
            if not dialogue.listed or (part.turn or 0) < len(hidden.pieces):
                quote = hidden.piece(part.turn)[part.start : part.end]
                if len(quote) == len(part.quote):
                    return quote
            raise InputError("the source is not what was assessed: pass the text or the turns that the result is of")

        def fact(shown: Fact) -> Fact:
            quote = quoted(shown)
            return replace(shown, quote=quote, value=mask(shown.value, kinds) if quote == shown.quote else quote)

        def reason(shown: Reason) -> Reason:
            return shown if shown.start is None else replace(shown, quote=quoted(shown))

        return replace(
            self,
            tactics=tuple(replace(span, quote=quoted(span)) for span in self.tactics),
            facts=tuple(map(fact, self.facts)),
            reasons=tuple(map(reason, self.reasons)),
        )


@dataclass(frozen=True, slots=True)
class TurnVerdict(Verdict):
    """The verdict on a call after turn number ``turn`` (from 0): that on the turns so far; ``tactics`` are the moves
    that this turn shows when it is read by itself, with offsets into its words."""

    turn: int
    tactics: tuple[TacticSpan, ...]


@dataclass(frozen=True, slots=True)
class Scores:
    """The verdicts on n texts without evidence: ``risk`` (n,), and n strings each."""

    risk: NDArray[np.float64]
    action: list[str]
    scheme: list[str]
    register: list[str]


def to_plain(value: Any) -> Any:
    """``value`` as JSON data in one pass; ``dataclasses.asdict`` would copy everything first."""
    if isinstance(value, str) or value is None:
        return value
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, tuple | list):
        return [to_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {key: to_plain(item) for key, item in value.items()}
    names = getattr(type(value), "__dataclass_fields__", None)
    return value if names is None else {name: to_plain(getattr(value, name)) for name in names}
