"""Normalisation of many texts at once, on arrays of code points.

The steps of ``huashu.reading.normalise`` in the same order with the same result, which a test holds; there they are
written to be read, here to be fast. The texts stand one after another, each closed by ``END``, so that one pass of
NumPy serves them all and nothing matches across two of them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from huashu.reading.normalise import HAN, SYMBOL, character_table
from huashu.reading.tokens import END

Codes = NDArray[np.uint32]
Indices = NDArray[np.intp]
Mask = NDArray[np.bool_]

UNICODE = 0x110000
ENCODING = "utf-32-le"


@dataclass(frozen=True, slots=True)
class Joined:
    """Normalised texts in one array. ``ends[i]`` is the place of text i's ``END``; ``turns`` are the places where turns
    begin: the turn's mark stands before the first token at or after it."""

    codes: Codes
    ends: Indices
    turns: Indices

    def text(self) -> str:
        """The array as a string; ``END`` is a lone surrogate."""
        return self.codes.tobytes().decode(ENCODING, "surrogatepass")


def matching(characters: str) -> Mask:
    """For every code point whether the character class ``[characters]`` of ``re`` matches it."""
    mask = np.zeros(UNICODE, np.bool_)
    found = re.findall(f"[{characters}]", _all_characters())
    mask[[ord(char) for char in found]] = True
    return mask


@cache
def _all_characters() -> str:
    """Every character of the planes in which anything but rare ideographs is assigned."""
    return "".join(map(chr, range(0x20000)))


@dataclass(frozen=True, slots=True)
class _Tables:
    """Per code point: how many characters it becomes (``sizes``) and where they begin in ``flat``."""

    folded: Codes
    sizes: NDArray[np.uint8]
    starts: NDArray[np.int32]
    flat: Codes
    han: Mask
    symbol: Mask


@cache
def _tables() -> _Tables:
    folded = np.arange(UNICODE, dtype=np.uint32)
    sizes = np.ones(UNICODE, np.uint8)
    starts = np.zeros(UNICODE, np.int32)
    flat: list[int] = []
    for code, new in character_table().items():
        sizes[code] = len(new)
        if len(new) == 1:
            folded[code] = ord(new)
        else:
            starts[code] = len(flat)
            flat += map(ord, new)
    return _Tables(folded, sizes, starts, np.array(flat, np.uint32), matching(HAN), matching(SYMBOL))


def join(texts: Sequence[str], turns: Sequence[int]) -> Joined:
    """Normalise ``texts``. ``turns`` are offsets into the texts joined with one character between them."""
    tables = _tables()
    codes = np.frombuffer("\n".join([*texts, ""]).encode(ENCODING, "surrogatepass"), np.uint32)
    ends = np.cumsum(np.fromiter(map(len, texts), np.intp, len(texts)) + 1) - 1
    joined = _fold(Joined(codes, ends, np.array(turns, np.intp)), tables)
    joined.codes[joined.ends] = ord(END)
    _restore_letters(joined.codes)
    joined = _without(joined, _spaces_in_han(joined.codes, tables))
    return _without(joined, _symbols_in_han(joined.codes, tables))


def _fold(joined: Joined, tables: _Tables) -> Joined:
    """Each character replaced by what the character table has for it: one, none or several."""
    codes = joined.codes
    sizes = tables.sizes.take(codes)
    folded = tables.folded.take(codes)
    if not (sizes != 1).any():
        return Joined(folded, joined.ends, joined.turns)
    after = np.cumsum(sizes, dtype=np.intp)
    result = folded.repeat(sizes)
    for size in range(2, int(sizes.max()) + 1):
        many = np.flatnonzero(sizes == size)
        places = after[many, np.newaxis] + np.arange(-size, 0)
        result[places] = tables.flat[tables.starts[codes[many], np.newaxis] + np.arange(size)]
    before = after - sizes
    return Joined(result, before[joined.ends], before[joined.turns])


def _without(joined: Joined, doomed: Indices) -> Joined:
    if not len(doomed):
        return joined
    keep = np.ones(len(joined.codes), np.bool_)
    keep[doomed] = False
    moved = [places - np.searchsorted(doomed, places) for places in (joined.ends, joined.turns)]
    return Joined(joined.codes[keep], *moved)


def _restore_letters(codes: Codes) -> None:
    """``huashu.reading.normalise.restore_letters`` in place."""
    places = np.flatnonzero((codes == ord("0")) | (codes == ord("5")))
    if not len(places):
        return
    before, before2, before3 = (codes.take(places - k, mode="clip") * (places >= k) for k in (1, 2, 3))
    here, after = codes[places], codes[places + 1]  # the last code is an END, so there is one after each
    zero = here == ord("0")
    to_o = zero & _letter(before) & _letter(after)
    to_o |= zero & (before == ord("p")) & ~_alnum(before2) & (after == ord("5"))
    p_o = (before2 == ord("p")) & ((before == ord("o")) | (before == ord("0"))) & ~_alnum(before3)
    to_s = ~zero & p_o & ~_alnum(after)
    codes[places[to_o]] = ord("o")
    codes[places[to_s]] = ord("s")


def _letter(codes: Codes) -> Mask:
    return (codes >= ord("a")) & (codes <= ord("z"))


def _alnum(codes: Codes) -> Mask:
    return _letter(codes) | ((codes >= ord("0")) & (codes <= ord("9")))


def _runs(places: Indices) -> tuple[Indices, Indices]:
    """First and last of each run of neighbours in the rising ``places``."""
    cut = np.flatnonzero(np.diff(places) != 1)
    return places[np.concatenate(([0], cut + 1))], places[np.concatenate((cut, [len(places) - 1]))]


def _around_han(codes: Codes, first: Indices, last: Indices, tables: _Tables) -> Mask:
    """Whether Chinese characters stand on both sides of the runs; no run reaches the end, which is an END."""
    return (first > 0) & tables.han[codes[first - 1]] & tables.han[codes[last + 1]]


def _members(first: Indices, last: Indices) -> Indices:
    """All places of the runs."""
    sizes = last - first + 1
    return np.repeat(first - np.cumsum(sizes) + sizes, sizes) + np.arange(sizes.sum())


def _spaces_in_han(codes: Codes, tables: _Tables) -> Indices:
    """What ``huashu.reading.normalise.join_spaced`` deletes."""
    places = np.flatnonzero(codes == ord(" "))
    if not len(places):
        return places
    first, last = _runs(places)
    chosen = _around_han(codes, first, last, tables)
    return _members(first[chosen], last[chosen])


def _symbols_in_han(codes: Codes, tables: _Tables) -> Indices:
    """What ``join_split`` deletes: symbols, one or two at a time, around at least two single characters."""
    places = np.flatnonzero(tables.symbol.take(codes))
    if not len(places):
        return places
    first, last = _runs(places)
    link = (last - first < 2) & _around_han(codes, first, last, tables)
    first, last = first[link], last[link]
    touches = first[1:] == last[:-1] + 2  # one character between this run and the next
    chained = np.zeros(len(first), np.bool_)
    chained[1:] |= touches
    chained[:-1] |= touches
    return _members(first[chained], last[chained])
