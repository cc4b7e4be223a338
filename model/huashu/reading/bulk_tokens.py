"""Tokens of many texts at once: the same as ``huashu.reading.tokens.tokenise`` gives, in the form that scoring needs.

A regular expression looks only at the places where a number, a link, a mask or a Latin word can begin; everything else
is told by tables over code points. The segmenter is called once for all texts, on a string in which each token
that is not Chinese is one private character.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from huashu.reading.bulk_text import ENCODING, UNICODE, Indices, Joined, Mask, matching
from huashu.reading.normalise import HAN, homophone_table
from huashu.reading.parts import LONG
from huashu.reading.segmenter import Cut
from huashu.reading.tokens import (
    AFTER_IT,
    BEFORE_IT,
    BREAK,
    CLOSE,
    GAP,
    LATIN,
    LATIN_NUMBERS_MASKS,
    LETTER,
    MARKED,
    MARKS,
    MESSENGER,
    NUMERAL_STARTERS,
    OTHER_MESSENGER,
    SYMBOLS,
    TURN,
    read_pinyin,
)

_PRIVATE = 0xE000

MARKS_OF = {name: chr(_PRIVATE + i) for i, name in enumerate(MARKED)}
"""Name of a token that is not a word -> the character that stands for it in the segmenter's input and output."""

_HAN, _CANDIDATE, _STARTER, _FOLLOWER, _BREAK, _WORD = 1, 2, 4, 8, 16, 32


@dataclass(frozen=True, slots=True)
class Tokens:
    """What scoring needs of many texts.

    ``words``: the words and marks of all texts in order, each text closed by the mark of ``CLOSE``; a Latin word is a
    mark there and stands in ``latin``, in order. ``spelt``: the code points of ``words``, one after another.
    ``skeleton``: the folded characters of all texts (see ``huashu.scoring.grams.skeleton``), with the text of each in
    ``skeleton_text``. ``readable``: whether a text has any Chinese character. ``apart``: whether a text has to be
    read by itself, because it is read in parts or spells Chinese words in Latin letters, which is rare.
    """

    words: Sequence[str]
    spelt: NDArray[np.uint32]
    latin: Sequence[str]
    skeleton: NDArray[np.uint16]
    skeleton_text: NDArray[np.int32]
    readable: Mask
    apart: Mask


@dataclass(frozen=True, slots=True)
class _Tables:
    kinds: NDArray[np.uint8]
    folded: NDArray[np.uint16]
    lexer: re.Pattern[str]
    marks: dict[str, int]


@cache
def _tables() -> _Tables:
    kinds = np.zeros(UNICODE, np.uint8)
    for characters, kind in (
        (HAN, _HAN),
        (HAN + NUMERAL_STARTERS, _WORD),  # the zero 〇 is no Chinese character by its code, but stands in words
        (r"\da-z\-¥￥$\[【{<*×某", _CANDIDATE),
        (NUMERAL_STARTERS, _STARTER),
        # What can stand second in a number or sum that begins with a Chinese numeral.
        (NUMERAL_STARTERS.replace("某", "") + "亿点多元块分rwk", _FOLLOWER),
        (MARKS, _BREAK),
    ):
        kinds[matching(characters)] |= kind
    folded = np.arange(UNICODE, dtype=np.uint32)
    table = homophone_table()
    folded[list(table)] = list(map(ord, table.values()))
    folded[0x10000:] = 0  # no Chinese character or Latin letter of a normalised text is there
    lexer = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in LATIN_NUMBERS_MASKS.items()))
    marks = {name: ord(MARKS_OF[LATIN if name == "latin" else f"<{name.rstrip('_')}>"]) for name in LATIN_NUMBERS_MASKS}
    return _Tables(kinds, folded.astype(np.uint16), lexer, marks)


def tokenise(joined: Joined, cut: Cut) -> Tokens:
    """Lex and segment all texts of ``joined``."""
    tables = _tables()
    codes = joined.codes
    kinds = tables.kinds.take(codes)
    text = joined.text()
    starts, ends, marks = _lex(text, _candidates(kinds), tables)
    latin = marks == ord(MARKS_OF[LATIN])
    beside = latin & ((kinds.take(starts - 1, mode="clip") | kinds.take(ends)) & _HAN).astype(np.bool_)
    lone = beside & (ends - starts == 1)
    lone[lone] = ~_named(codes, starts[lone])
    marks[lone] = ord(MARKS_OF[LETTER])
    latin &= ~lone
    inside = _cover(starts, ends, len(codes))
    han_count = np.cumsum((kinds & _HAN).astype(np.bool_))[joined.ends]
    han = (kinds & _WORD).astype(np.bool_) & ~inside

    kept = han | _cover(starts[latin], ends[latin], len(codes))
    skeleton = tables.folded.take(codes)
    classes = np.array(
        [_skeleton_symbols().get(mark, 0) for mark in range(_PRIVATE, _PRIVATE + len(MARKED))], np.uint16
    )
    skeleton[starts[~latin]] = classes[marks[~latin] - _PRIVATE]
    kept[starts] = True
    lengths = np.cumsum(kept)[joined.ends]
    skeleton_text = np.repeat(np.arange(len(joined.ends), dtype=np.int32), np.diff(lengths, prepend=0))

    spelt = _segmenter_input(joined, kinds, han, inside, starts, marks)
    words = [text[a:b] for a, b in zip(starts[latin].tolist(), ends[latin].tolist(), strict=True)]
    spelled = [i for i in np.flatnonzero(beside[latin]).tolist() if read_pinyin(words[i]) != words[i]]
    apart = np.diff(joined.ends, prepend=-1) > LONG
    apart[np.searchsorted(joined.ends, starts[latin][spelled])] = True
    return Tokens(
        cut(spelt.tobytes().decode(ENCODING)),
        spelt,
        words,
        skeleton[kept],
        skeleton_text,
        np.diff(han_count, prepend=0) > 0,
        apart,
    )


def _named(codes: NDArray[np.uint32], places: Indices) -> Mask:
    """Whether each lone letter names a messenger (see ``huashu.reading.tokens.read_letters``)."""
    letter, before, after = (codes.take(places + step, mode="clip") for step in (0, -1, 1))
    beside = np.isin(before, list(map(ord, BEFORE_IT))) | np.isin(after, list(map(ord, AFTER_IT)))
    named: Mask = (letter == ord(MESSENGER)) | ((letter == ord(OTHER_MESSENGER)) & beside)
    return named


@cache
def _skeleton_symbols() -> dict[int, int]:
    return {ord(MARKS_OF[name]): ord(symbol) for name, symbol in SYMBOLS.items() if symbol}


def _candidates(kinds: NDArray[np.uint8]) -> list[int]:
    """Where a token that is not Chinese may begin. Most Chinese numerals stand in words: what follows tells."""
    number = (kinds[:-1] & _STARTER).astype(np.bool_) & (kinds[1:] & _FOLLOWER).astype(np.bool_)
    candidate = (kinds & _CANDIDATE).astype(np.bool_)
    candidate[:-1] |= number
    return np.flatnonzero(candidate).tolist()


def _lex(text: str, candidates: Sequence[int], tables: _Tables) -> tuple[Indices, Indices, NDArray[np.uint32]]:
    """Starts, ends and marks of the tokens that are not Chinese, from left to right."""
    starts: list[int] = []
    ends: list[int] = []
    marks: list[int] = []
    match, mark_of = tables.lexer.match, tables.marks
    end = 0
    for start in candidates:
        if start >= end and (found := match(text, start)):
            end = found.end()
            starts.append(start)
            ends.append(end)
            marks.append(mark_of[found.lastgroup])  # type: ignore[index]
    return np.array(starts, np.intp), np.array(ends, np.intp), np.array(marks, np.uint32)


def _cover(starts: Indices, ends: Indices, length: int) -> Mask:
    """Which of ``length`` places the spans cover; they do not overlap."""
    steps = np.zeros(length + 1, np.int8)
    steps[starts] += 1
    steps[ends] -= 1
    return np.cumsum(steps[:-1], dtype=np.int8).astype(np.bool_)


def _segmenter_input(
    joined: Joined, kinds: NDArray[np.uint8], han: Mask, inside: Mask, starts: Indices, marks: NDArray[np.uint32]
) -> NDArray[np.uint32]:
    """Chinese as it stands, each other token as its mark, anything else between words as one gap."""
    codes = joined.codes.copy()
    gap = ~(han | inside)
    codes[gap] = ord(MARKS_OF[GAP])
    breaks = (kinds & _BREAK).astype(np.bool_) & gap
    codes[breaks] = ord(MARKS_OF[BREAK])
    codes[starts] = marks
    codes[joined.ends] = ord(MARKS_OF[CLOSE])
    keep = ~inside
    keep[1:] &= ~(gap[1:] & gap[:-1])
    keep[starts] = True
    keep[breaks] = True
    keep[joined.ends] = True
    result = codes[keep]
    if len(joined.turns):
        result = np.insert(result, (np.cumsum(keep) - keep)[joined.turns], ord(MARKS_OF[TURN]))
    return result
