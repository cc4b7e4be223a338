"""Grams as whole numbers, which is what the models look up.

A word gram is the number of a word, or the numbers of two neighbours, 32 bits each; a character gram is up to four
characters of the folded text, 16 bits each. Words carry meaning; folded characters survive typing and recognition
slips, because characters that sound alike become one. Numbers, sums, links and masks are one symbol each in both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

from huashu.reading.normalise import homophone_table
from huashu.reading.tokens import BREAK, MARKED, SYMBOLS, TURN, Token

MARK_NUMBERS = {mark: number for number, mark in enumerate(MARKED)}
UNKNOWN = len(MARKED)
"""Numbers of words: the marks in the order of ``MARKED``, then this for any unknown word, then a model's own words."""
_BREAK, _TURN = MARK_NUMBERS[BREAK], MARK_NUMBERS[TURN]

Rows = NDArray[np.intp]
Keys = NDArray[np.uint64]


def word_numbers(words: Sequence[str], numbers: Mapping[str, int]) -> Rows:
    """(words,) by ``numbers``, which hold the marks, too."""
    return np.fromiter(map(numbers.get, words, repeat(UNKNOWN)), np.intp, len(words))


def word_places(numbers: Rows) -> tuple[Rows, Rows]:
    """Where words that count alone stand, and where the left words of pairs stand.

    Pairs are neighbours inside a sentence. A number, sum, link or mask counts only in a pair: that a text has some says
    how it was stored, not what it is about.
    """
    inner = numbers > _BREAK
    return np.flatnonzero((numbers >= UNKNOWN) | (numbers == _TURN)), np.flatnonzero(inner[:-1] & inner[1:])


def pair_keys(left: Rows, right: Rows) -> Keys:
    """The keys of pairs of words from their numbers; a single word's key is its number."""
    return (left << 32 | right).astype(np.uint64)


def word_keys(numbers: Rows, alone: Rows, left: Rows) -> Keys:
    """The keys of the words that count alone and of the pairs whose left words stand at ``left``, by the ``numbers`` of
    all words (see :func:`word_places`)."""
    return np.concatenate((numbers[alone].astype(np.uint64), pair_keys(numbers[left], numbers[left + 1])))


def character_keys(codes: Keys, size: int) -> Keys:
    """The key of each run of ``size`` characters, 1 to 4, of the folded characters ``codes``, in order."""
    count = max(0, len(codes) - size + 1)
    keys = codes[:count]
    for place in range(1, size):
        keys = keys << np.uint64(16) | codes[place : place + count]
    return keys


def skeleton(words: Sequence[str]) -> str:
    """The folded characters of tokens' words, without punctuation; one capital for each number, sum, link or mask."""
    return "".join(map(SYMBOLS.get, words, words)).translate(homophone_table())


def code_points(text: str) -> Keys:
    """(characters,) of a skeleton, all of which lie below U+10000."""
    return np.frombuffer(text.encode("utf-16-le"), "<u2").astype(np.uint64)


@dataclass(frozen=True, slots=True)
class Columns:
    """Tokens by columns: their ``words``, their ``starts`` and ``ends`` in the normalised text, and how many
    characters each has (``lengths``) in the skeleton, whose code points are ``codes``."""

    words: Sequence[str]
    starts: Rows
    ends: Rows
    lengths: Rows
    codes: Keys

    @classmethod
    def of(cls, tokens: Sequence[Token]) -> Columns:
        words, starts, ends = zip(*tokens, strict=True) if tokens else ((), (), ())
        sizes = [len(SYMBOLS.get(word, word)) for word in words]
        return cls(
            words,
            np.array(starts, np.intp),
            np.array(ends, np.intp),
            np.array(sizes, np.intp),
            code_points(skeleton(words)),
        )
