"""The grams of every channel as strings, which scikit-learn counts; the runtime's whole numbers are made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

from huashu.evidence import clauses as runtime
from huashu.reading.analysis import Analysis
from huashu.reading.tokens import Token
from huashu.scoring import text_model as document
from huashu.scoring.grams import MARK_NUMBERS, UNKNOWN, Keys, skeleton, word_places
from huashu.scoring.linear import CHARACTERS


class Clause(NamedTuple):
    """What a clause is judged by: its own ``tokens``, its ``context`` as pairs of a mark and a word (see
    :mod:`huashu.evidence.clauses`), and marks of the ``whole`` text."""

    tokens: Sequence[Token]
    context: Sequence[str]
    whole: Sequence[str]


def clauses(analysis: Analysis, slices: runtime.Slices, scheme: str, register: str) -> list[Clause]:
    """The clauses of ``slices``, in a text that is judged to be of this scheme and register."""
    whole = runtime.whole_marks(scheme, register)
    tokens = [analysis.tokens[first:stop] for first, stop in slices]
    turns = [analysis.place_of(first, first + 1).turn for first, _ in slices]
    made = []
    for i, own in enumerate(tokens):
        context = [f"{whole[0]} {token.text}" for token in own]
        for step in (-1, 1):
            if 0 <= i + step < len(tokens):
                mark = runtime.side(step, turns[i + step] == turns[i])
                context += [f"{mark} {token.text}" for token in tokens[i + step]]
        made.append(Clause(own, context, whole))
    return made


def word_grams(tokens: Sequence[Token]) -> list[str]:
    """The words that count alone, then the pairs, with a blank between their words."""
    words = [token.text for token in tokens]
    alone, left = word_places(np.array([MARK_NUMBERS.get(word, UNKNOWN) for word in words], np.intp))
    return [words[i] for i in alone.tolist()] + [f"{words[i]} {words[i + 1]}" for i in left.tolist()]


def char_grams(tokens: Sequence[Token], sizes: Sequence[int] = document.SIZES) -> list[str]:
    """The runs of each of ``sizes`` in the folded characters."""
    text = skeleton([token.text for token in tokens])
    return [text[i : i + size] for size in sizes for i in range(len(text) - size + 1)]


GRAMS: Mapping[str, Callable[[Any], Sequence[str]]] = {
    "words": word_grams,
    "chars": char_grams,
    "clause_words": lambda clause: word_grams(clause.tokens),
    "clause_chars": lambda clause: char_grams(clause.tokens, runtime.SIZES),
    "context": attrgetter("context"),
    "whole": attrgetter("whole"),
}
"""Name of a channel -> the grams of a source: a token list for the document model, a :class:`Clause` for the other."""


def gram_words(channel: str, grams: Sequence[str]) -> set[str]:
    """The words in the grams of a channel of words, without marks; none in a channel of characters."""
    if channel in CHARACTERS:
        return set()
    return {word for gram in grams for word in gram.split(" ")} - MARK_NUMBERS.keys()


def gram_keys(channel: str, grams: Sequence[str], numbers: Mapping[str, int]) -> Keys:
    """(grams,): the runtime's keys, by the ``numbers`` of words (see :mod:`huashu.scoring.grams`)."""
    if channel in CHARACTERS:
        parts, bits = [list(map(ord, gram)) for gram in grams], 16
    else:
        parts, bits = [[numbers[word] for word in gram.split(" ")] for gram in grams], 32
    keys = []
    for part in parts:
        key = 0
        for number in part:
            key = key << bits | number
        keys.append(key)
    return np.array(keys, np.uint64)
