"""Masking of personal data, for logs, stores and printed batches: what is found is hidden character by character, so
that the length stays the same and offsets into the text still hold.

Always hidden are numbers of people (``numbers``: mobiles, landlines, ID and bank cards, serial, terminal and merchant
numbers); by choice the ``KINDS``. Form decides, check digits do not: a mistyped number is personal, too. Amounts,
dates, order and service numbers (400, 95...) stay.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from huashu.interrupt import checkpoint
from huashu.masking.dictated import dictated
from huashu.masking.named import KINDS, named
from huashu.masking.numbers import numbers
from huashu.reading.dialogue import Source, pieces_of
from huashu.reading.normalise import normalise

__all__ = ["KINDS", "mask", "mask_pieces", "mask_turns"]

HIDDEN = "*"


def mask(text: str, kinds: Iterable[str] = ()) -> str:
    """``text`` with personal numbers hidden but for their first three and last two digits, numbers dictated over
    several lines hidden whole, and what ``kinds`` (of ``KINDS``) names hidden but for a first letter or two.

    Masking a masked text changes nothing. Any string is accepted; KeyError for a kind that there is not.
    """
    return mask_turns([text], [""], kinds)[0]


def mask_turns(words: Sequence[str], speakers: Sequence[str], kinds: Iterable[str] = ()) -> list[str]:
    """The same for the ``words`` of several turns by their ``speakers``: numbers are found that were dictated over
    turns. Each text stays as long as it was."""
    kinds = tuple(kinds)
    texts = [normalise(text) for text in words]
    hidden = [set(numbers(text.text)) for text in texts]
    for kind in kinds:
        checkpoint()
        for places, text in zip(hidden, texts, strict=True):
            places.update(named(kind, text.text))
    left = [_hide(text.text, places) for text, places in zip(texts, hidden, strict=True)]
    for turn, place in dictated(left, speakers):
        hidden[turn].add(place)
    return [
        _hide(raw, (i for place in places for i in range(*text.raw_span(place, place + 1))))
        for raw, text, places in zip(words, texts, hidden, strict=True)
    ]


def mask_pieces(source: Source, kinds: Iterable[str] = ()) -> tuple[str, ...]:
    """The pieces of ``source`` that the offsets of a result refer to, masked: the text, or the words of each turn."""
    speakers = [""] if isinstance(source, str) else [turn.get("role", "") for turn in source]
    return tuple(mask_turns(pieces_of(source), speakers, kinds))


def _hide(text: str, places: Iterable[int]) -> str:
    shown = list(text)
    for place in places:
        shown[place] = HIDDEN
    return "".join(shown)
