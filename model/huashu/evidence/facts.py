"""Facts of the case, pulled out of the normalised text by form: money, fees, terms, contacts, numbers, identities.

Each kind has a form (:mod:`huashu.evidence.forms`); sums are found by :mod:`huashu.evidence.amounts`. Facts do not
influence the verdict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from huashu.evidence.amounts import find_sums
from huashu.evidence.forms import form_of
from huashu.interrupt import checkpoint
from huashu.masking import mask
from huashu.reading.analysis import Analysis
from huashu.result import Fact

KINDS = (
    "url",
    "id_card",
    "bank_card",
    "serial",
    "wechat",
    "qq",
    "phone",
    "date",
    "rate",
    "volume",
    "amount",
    "term",
    "fee_name",
    "gift",
    "identity",
    "brand",
)
"""Kinds of facts; where two overlap the earlier wins, but an identity or a gift may hold others."""

PERSONAL = frozenset({"id_card", "bank_card"})
"""Kinds whose quote and value are masked in every result."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact in the normalised text: ``[start, end)`` there, its value, and for a sum the role it plays."""

    kind: str
    start: int
    end: int
    value: str
    role: str = ""


_NESTING = frozenset({"gift", "identity", "fee_name", "brand"})


def find_facts(text: str) -> Iterator[Finding]:
    """The facts in a normalised ``text``, kind by kind in the order of ``KINDS``."""
    taken = bytearray(len(text))
    """For each character whether a fact that nothing else may overlap holds it."""
    for kind in KINDS:
        checkpoint()
        for finding in _of_kind(kind, text):
            if kind not in _NESTING:
                if any(taken[finding.start : finding.end]):
                    continue
                taken[finding.start : finding.end] = b"\1" * (finding.end - finding.start)
            yield finding


_CHARGED = re.compile(r"费率?|利息?率?|税|扣率?|点")
_HIGHEST_BARE_RATE = 5.0
"""Percent; a higher share is a fee rate only where a word of charging stands before it."""


def _is_rate(text: str, start: int, value: str) -> bool:
    return float(value) <= _HIGHEST_BARE_RATE or _CHARGED.search(text[max(0, start - 8) : start]) is not None


def _of_kind(kind: str, text: str) -> Iterator[Finding]:
    if kind == "amount":
        for found in find_sums(text):
            yield Finding(kind, found.start, found.end, found.value, found.role)
        return
    pattern, value = form_of(kind)
    group: str | int = next((name for name in ("id", "who") if name in pattern.groupindex), 0)
    for match in pattern.finditer(text):
        try:
            normalised = value(match)
        except (ValueError, KeyError):
            continue
        start, end = match.span(group)
        if normalised and (kind != "rate" or _is_rate(text, start, normalised)):
            yield Finding(kind, start, end, normalised)


def facts_of(analysis: Analysis) -> tuple[Fact, ...]:
    """The facts of a text in order of turn and place, with their places in what was sent; ID and bank card numbers are
    masked."""
    facts = []
    for finding in find_facts(analysis.normal.text):
        place = analysis.place(finding.start, finding.end)
        quote, value = place.quote, finding.value
        if finding.kind in PERSONAL:
            quote, value = mask(quote), mask(value)
        facts.append(Fact(finding.kind, place.start, place.end, quote, value, finding.role, place.turn))
    return tuple(sorted(facts, key=lambda fact: (fact.turn or 0, fact.start)))
