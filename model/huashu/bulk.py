"""Scoring many texts at once: the same values as text by text, at a fraction of the cost.

What is left of the cost of one text is mostly its segmentation. Each step is a few passes of NumPy over all texts of a
portion: normalisation (``bulk_text``), tokens (``bulk_tokens``), then, here, grams as whole numbers, their rows by
table look-up, counts by sorting, and one small matrix product a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huashu import bulk_text, bulk_tokens
from huashu.bulk_tokens import CLOSE, GAP, LATIN, MARKED, MARKS_OF, Tokens
from huashu.dialogue import Dialogue
from huashu.features import TURN
from huashu.linear import DAMPING, Channel, Floats, LinearModel
from huashu.lookup import Lookup
from huashu.segment import BREAK, Cut

PORTION = 40_000
"""Characters handled together: enough to make NumPy's calls cheap, few enough to stay in a core's cache."""

KEY_LENGTH = 4
"""Words of up to so many characters are looked up as one 64-bit number."""

_GAP, _CLOSE, _BREAK = 0, 1, 2
_UNKNOWN = len(MARKED)
"""Numbers of tokens: the marks in the order of ``MARKED``, then unknown words, then the model's words."""
_TURN, _LATIN = MARKED.index(TURN), MARKED.index(LATIN)
assert (MARKED[_GAP], MARKED[_CLOSE], MARKED[_BREAK]) == (GAP, CLOSE, BREAK)

Rows = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class _Words:
    """The word channel.

    ``numbers`` token -> number, ``short`` the same for tokens of up to ``KEY_LENGTH`` characters by their key; ``single``
    number -> row (-1: none); ``pairs`` of numbers -> row.
    """

    numbers: dict[str, int]
    short: Lookup
    single: Rows
    pairs: Lookup

    @classmethod
    def build(cls, channel: Channel) -> _Words:
        numbers = {mark: number for number, mark in enumerate(MARKS_OF.values())}
        marks = dict(zip(MARKED, numbers.values(), strict=True))
        keys, rows, single = [], [], {}
        for gram, row in channel.vocabulary.items():
            ids = [
                marks[word] if word in marks else numbers.setdefault(word, len(numbers) + 1) for word in gram.split(" ")
            ]
            if len(ids) == 1:
                single[ids[0]] = row
            else:
                keys.append(ids[0] << 32 | ids[1])
                rows.append(row)
        table = np.full(len(numbers) + 1, -1, np.int32)
        table[list(single)] = list(single.values())
        short = {_key(word): number for word, number in numbers.items() if len(word) <= KEY_LENGTH}
        by_key = Lookup.build(np.array(list(short), np.uint64), np.fromiter(short.values(), np.int32))
        return cls(numbers, by_key, table, Lookup.build(np.array(keys, np.uint64), np.array(rows, np.int32)))

    def grams(self, tokens: Tokens) -> tuple[Rows, Rows]:
        """Row and text of every gram; row -1 for those that the model does not know."""
        ids = self._ids(tokens)
        ids = ids[ids != _GAP]
        while True:  # a turn without tokens at the end of a text has no mark
            idle = np.flatnonzero((ids[:-1] == _TURN) & (ids[1:] == _CLOSE))
            if not len(idle):
                break
            ids = np.delete(ids, idle)
        closes = ids == _CLOSE
        text = np.cumsum(closes, dtype=np.int32)
        word = (ids >= _UNKNOWN) | (ids == _TURN)
        inner = ids > _BREAK
        paired = inner[:-1] & inner[1:]
        left, right = (part[paired].astype(np.uint64) for part in (ids[:-1], ids[1:]))
        rows = np.concatenate((self.single.take(ids[word]), self.pairs.find(left << 32 | right)))
        return rows, np.concatenate((text[word], text[:-1][paired]))

    def _ids(self, tokens: Tokens) -> Rows:
        """The number of every token. Python looks at the length of a word only; the rest is arrays."""
        words, get = tokens.words, self.numbers.get
        lengths = np.fromiter(map(len, words), np.intp, len(words))
        starts = np.cumsum(lengths) - lengths
        spelt = np.concatenate((tokens.spelt.astype(np.uint64), np.zeros(KEY_LENGTH, np.uint64)))
        keys = spelt.take(starts)
        for place in range(1, KEY_LENGTH):
            keys <<= np.uint64(16)
            keys |= spelt.take(starts + place) * (lengths > place)
        ids = self.short.find(keys)
        ids[ids < 0] = _UNKNOWN
        long = np.flatnonzero(lengths > KEY_LENGTH).tolist()
        ids[long] = [get(words[i], _UNKNOWN) for i in long]
        if tokens.latin:
            ids[ids == _LATIN] = [get(word, _UNKNOWN) for word in tokens.latin]
        return ids


def _key(word: str) -> int:
    """A number that no other word of up to ``KEY_LENGTH`` characters has; what is segmented lies below U+10000."""
    return int.from_bytes(word.encode("utf-16-be").ljust(2 * KEY_LENGTH, b"\0"))


@dataclass(frozen=True, slots=True)
class _Characters:
    """The character channel: ``numbers`` character -> its number (0: in no gram), ``grams``, ``bits`` a character."""

    numbers: NDArray[np.uint64]
    known: Lookup
    bits: int

    @classmethod
    def build(cls, channel: Channel) -> _Characters:
        alphabet = sorted({char for gram in channel.vocabulary for char in gram})
        numbers = np.zeros(0x10000, np.uint64)
        numbers[list(map(ord, alphabet))] = np.arange(1, len(alphabet) + 1)
        bits = len(alphabet).bit_length()
        ids = dict(zip(alphabet, range(1, len(alphabet) + 1), strict=True))
        keys = []
        for gram in channel.vocabulary:
            key = 0
            for char in gram:
                key = key << bits | ids[char]
            keys.append(key)
        rows = np.fromiter(channel.vocabulary.values(), np.int32)
        return cls(numbers, Lookup.build(np.array(keys, np.uint64), rows), bits)

    def grams(self, tokens: Tokens) -> tuple[Rows, Rows]:
        """Row and text of every gram; row -1 for those that the model does not know."""
        ids, text = self.numbers.take(tokens.skeleton), tokens.skeleton_text
        bits = np.uint64(self.bits)
        pair = ids[:-1] << bits | ids[1:]
        both = (ids[:-1] > 0) & (ids[1:] > 0)
        pair *= both
        triple = (pair[:-1] << bits | ids[2:]) * (both[:-1] & both[1:])
        same, same2 = text[:-1] == text[1:], text[:-2] == text[2:]
        keys = np.concatenate((pair[same], triple[same2]))
        return self.known.find(keys), np.concatenate((text[:-1][same], text[:-2][same2]))


class BulkScorer:
    """A document model compiled for portions of many texts. Immutable after construction."""

    def __init__(self, model: LinearModel, cut: Cut) -> None:
        words, characters = model.channels
        self._model, self._cut = model, cut
        self._channels = (_Words.build(words), _Characters.build(characters))
        self._offsets = (0, len(words.idf))
        self._idf = np.concatenate([channel.idf for channel in model.channels]).astype(np.float64)
        weights = np.concatenate([channel.weights for channel in model.channels])
        # Rows of whole 64-bit words: NumPy fetches them several times faster than rows of bytes.
        padded = np.zeros((len(weights), -(-weights.shape[1] // 8) * 8), np.int8)
        padded[:, : weights.shape[1]] = weights
        self._weights = padded.view(np.uint64)

    def score(self, dialogues: Sequence[Dialogue]) -> tuple[Floats, NDArray[np.bool_]]:
        """Scores (texts, outputs), and whether each text has any Chinese character, for checked dialogues."""
        scores = np.empty((len(dialogues), len(self._model.intercept)))
        readable = np.empty(len(dialogues), np.bool_)
        for portion in _portions(dialogues):
            tokens = bulk_tokens.tokenise(_join(dialogues[portion]), self._cut)
            readable[portion] = tokens.readable
            scores[portion] = self._score(tokens)
        return scores, readable

    def _score(self, tokens: Tokens) -> Floats:
        texts = len(tokens.readable)
        bits = len(self._idf).bit_length()
        keys, novel = [], np.zeros(2 * texts)
        for number, (channel, offset) in enumerate(zip(self._channels, self._offsets, strict=True)):
            rows, text = channel.grams(tokens)
            known = rows >= 0
            novel[number * texts : (number + 1) * texts] = np.bincount(text[~known], minlength=texts)
            keys.append(text[known].astype(np.int64) << bits | (rows[known] + offset))
        found = np.concatenate(keys)
        if texts << bits < 1 << 31:
            found = found.astype(np.int32)  # sorts twice as fast
        found.sort()
        first = np.flatnonzero(np.concatenate((found[:1] >= 0, found[1:] != found[:-1])))
        counts = np.diff(first, append=len(found))
        unique = found[first]
        rows, text = unique & ((1 << bits) - 1), unique >> bits
        values = (1 + np.log(counts)) * self._idf.take(rows)
        novelty = np.sqrt(novel) * np.repeat([self._idf[self._offsets[1] - 1], self._idf[-1]], texts)
        group = text + texts * (rows >= self._offsets[1])
        squares = np.bincount(group, weights=values * values, minlength=2 * texts) + novelty * novelty
        lengths = np.sqrt(squares + DAMPING**2)
        values /= lengths.take(group)
        novelty /= lengths
        return self._products(rows, values, np.searchsorted(text, np.arange(texts + 1)), novelty.reshape(2, texts))

    def _products(self, rows: NDArray[np.intp], values: Floats, bounds: NDArray[np.intp], novelty: Floats) -> Floats:
        """For each text the sum of its rows' weights times their values, as scores."""
        totals = np.empty((len(bounds) - 1, self._weights.shape[1] * 8))
        weights = self._weights
        for text, (start, stop) in enumerate(zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)):
            np.dot(values[start:stop], weights.take(rows[start:stop], 0).view(np.int8).astype(np.float64), totals[text])
        special = weights[[self._offsets[1] - 1, -1]].view(np.int8).astype(np.float64)
        totals += novelty.T @ special
        return self._model.intercept + totals[:, : len(self._model.scale)] * self._model.scale


def _portions(dialogues: Sequence[Dialogue]) -> list[slice]:
    """Neighbouring texts of about ``PORTION`` characters together."""
    portions: list[slice] = []
    start = size = 0
    for i, dialogue in enumerate(dialogues):
        length = sum([len(turn.words) for turn in dialogue.turns])
        if size and size + length > PORTION:
            portions.append(slice(start, i))
            start, size = i, 0
        size += length
    return [*portions, slice(start, len(dialogues))] if dialogues else []


def _join(dialogues: Sequence[Dialogue]) -> bulk_text.Joined:
    texts: list[str] = []
    turns: list[int] = []
    at = 0
    for dialogue in dialogues:
        pieces = [turn.words for turn in dialogue.turns]
        if dialogue.marked:
            for piece in pieces:
                turns.append(at)
                at += len(piece) + 1
        else:
            at += len(pieces[0]) + 1
        texts.append("\n".join(pieces))
    return bulk_text.join(texts, turns)
