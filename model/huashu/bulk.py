"""Scoring many texts at once: the same values as text by text, at a fraction of the cost.

What is left of the cost of one text is mostly its segmentation. Each step is a few passes of NumPy over all texts of a
portion: normalisation (``bulk_text``), tokens (``bulk_tokens``), then, here, grams as whole numbers, their rows by
table look-up, counts by sorting, and one small matrix product a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from huashu import bulk_text, bulk_tokens
from huashu.bulk_tokens import CLOSE, GAP, LATIN, MARKED, MARKS_OF, Tokens
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

_LOGS = np.concatenate(([0.0], 1 + np.log(np.arange(1, 256))))
"""1 + ln n."""

Rows = NDArray[np.intp]
Split = tuple[Sequence[str], bool]


@dataclass(frozen=True, slots=True)
class _Words:
    """The word channel.

    ``numbers`` token -> number, ``short`` the same for tokens of up to ``KEY_LENGTH`` characters by their key;
    ``single`` number -> row; ``pairs`` of numbers -> row. What the model does not know has the row of the novelty.
    """

    numbers: dict[str, int]
    short: Lookup
    single: Rows
    pairs: Lookup

    @classmethod
    def build(cls, channel: Channel, first: int) -> _Words:
        """``first`` is the row of the channel's first gram."""
        numbers = {mark: number for number, mark in enumerate(MARKS_OF.values())}
        marks = dict(zip(MARKED, numbers.values(), strict=True))
        novelty = first + len(channel.vocabulary)
        pairs, single = {}, {}
        for row, gram in enumerate(channel.vocabulary, first):
            ids = [
                marks[word] if word in marks else numbers.setdefault(word, len(numbers) + 1) for word in gram.split(" ")
            ]
            if len(ids) == 1:
                single[ids[0]] = row
            else:
                pairs[ids[0] << 32 | ids[1]] = row
        table = np.full(len(numbers) + 1, novelty)
        table[list(single)] = list(single.values())
        short = {_key(word): number for word, number in numbers.items() if len(word) <= KEY_LENGTH}
        return cls(numbers, _lookup(short, _UNKNOWN), table, _lookup(pairs, novelty))

    def grams(self, tokens: Tokens) -> tuple[Rows, Rows]:
        """Row and text of every gram."""
        ids = self._ids(tokens)
        ids = ids[ids != _GAP]
        while True:  # a turn without tokens at the end of a text has no mark
            idle = np.flatnonzero((ids[:-1] == _TURN) & (ids[1:] == _CLOSE))
            if not len(idle):
                break
            ids = np.delete(ids, idle)
        text = np.cumsum(ids == _CLOSE)
        word = np.flatnonzero((ids >= _UNKNOWN) | (ids == _TURN))
        inner = ids > _BREAK
        left = np.flatnonzero(inner[:-1] & inner[1:])
        pairs = ids.take(left) << 32 | ids.take(left + 1)
        rows = np.concatenate((self.single.take(ids.take(word)), self.pairs.find(pairs.view(np.uint64))))
        return rows, np.concatenate((text.take(word), text.take(left)))

    def _ids(self, tokens: Tokens) -> Rows:
        """The number of every token."""
        lengths = np.fromiter(map(len, tokens.words), np.intp, len(tokens.words))
        starts = np.cumsum(lengths) - lengths
        spelt = tokens.spelt.astype(np.uint64)
        keys = spelt.take(starts)
        for place in range(1, KEY_LENGTH):
            keys <<= np.uint64(16)
            keys |= spelt.take(starts + place, mode="clip") * (lengths > place)
        ids = self.short.find(keys)
        get = self.numbers.get
        long = np.flatnonzero(lengths > KEY_LENGTH)
        ids[long] = [get(tokens.words[i], _UNKNOWN) for i in long.tolist()]
        if tokens.latin:
            ids[ids == _LATIN] = [get(word, _UNKNOWN) for word in tokens.latin]
        return ids


def _key(word: str) -> int:
    """A number that no other word of up to ``KEY_LENGTH`` characters has; what is segmented lies below U+10000."""
    return int.from_bytes(word.encode("utf-16-be").ljust(2 * KEY_LENGTH, b"\0"))


def _lookup(table: dict[int, int], missing: int) -> Lookup:
    return Lookup.build(np.array(list(table), np.uint64), np.fromiter(table.values(), np.intp), missing)


@dataclass(frozen=True, slots=True)
class _Characters:
    """The character channel, as tables that are indexed directly.

    ``numbers``: character -> its number, 0 for one that is in no gram; ``pairs``: two numbers -> row; ``prefixes``: two
    numbers -> which block of ``triples`` has the rows by the third number. What the model does not know has the row of
    the novelty.
    """

    numbers: Rows
    size: int
    pairs: Rows
    prefixes: Rows
    triples: NDArray[np.int32]

    @classmethod
    def build(cls, channel: Channel, first: int) -> _Characters:
        """``first`` is the row of the channel's first gram."""
        alphabet = {char: i for i, char in enumerate(sorted({c for gram in channel.vocabulary for c in gram}), 1)}
        size, novelty = len(alphabet) + 1, first + len(channel.vocabulary)
        numbers = np.zeros(0x10000, np.intp)
        numbers[list(map(ord, alphabet))] = list(alphabet.values())
        pairs, prefixes = np.full(size * size, novelty), np.zeros(size * size, np.intp)
        blocks: dict[int, int] = {}
        triples = []
        for row, gram in enumerate(channel.vocabulary, first):
            pair = alphabet[gram[0]] * size + alphabet[gram[1]]
            if len(gram) == 2:
                pairs[pair] = row
            else:
                triples.append((blocks.setdefault(pair, len(blocks) + 1) * size + alphabet[gram[2]], row))
        prefixes[list(blocks)] = list(blocks.values())
        table = np.full((len(blocks) + 1) * size, novelty, np.int32)
        places = np.array(triples, np.intp).reshape(-1, 2)
        table[places[:, 0]] = places[:, 1]
        return cls(numbers, size, pairs, prefixes * size, table)

    def grams(self, tokens: Tokens) -> tuple[Rows, Rows]:
        """Row and text of every gram."""
        ids, text = self.numbers.take(tokens.skeleton), tokens.skeleton_text
        places = np.flatnonzero(text[:-1] == text[1:])
        pair = ids[:-1] * self.size + ids[1:]
        triple = self.prefixes.take(pair[:-1]) + ids[2:]
        places3 = np.flatnonzero(text[:-2] == text[2:])
        rows: Rows = np.concatenate((self.pairs.take(pair.take(places)), self.triples.take(triple.take(places3))))
        return rows, np.concatenate((text.take(places), text.take(places3)))


class BulkScorer:
    """A document model compiled for portions of many texts. Immutable after construction."""

    def __init__(self, model: LinearModel, cut: Cut) -> None:
        words, characters = model.channels
        self._model, self._cut = model, cut
        self._second = len(words.idf)  # the first row of the second channel
        self._channels = (_Words.build(words, 0), _Characters.build(characters, self._second))
        self._idf = np.concatenate([channel.idf for channel in model.channels]).astype(np.float64)
        weights = np.concatenate([channel.weights for channel in model.channels])
        # Rows of whole 64-bit words: NumPy fetches them several times faster than rows of bytes.
        padded = np.zeros((len(weights), -(-weights.shape[1] // 8) * 8), np.int8)
        padded[:, : weights.shape[1]] = weights
        self._weights = padded.view(np.uint64)

    def score(self, inputs: Sequence[Split]) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
        """Scores (texts, outputs), whether each text has any Chinese character, and whether it has to be scored apart
        (see :class:`huashu.bulk_tokens.Tokens`), its scores being void.

        ``inputs`` are what :func:`huashu.dialogue.split` makes of a text or dialogue.
        """
        scores = np.empty((len(inputs), len(self._model.intercept)))
        readable, apart = np.empty(len(inputs), np.bool_), np.empty(len(inputs), np.bool_)
        for portion in _portions(inputs):
            tokens = bulk_tokens.tokenise(_join(inputs[portion]), self._cut)
            readable[portion], apart[portion] = tokens.readable, tokens.apart
            scores[portion] = self._score(tokens)
        return scores, readable, apart

    def _score(self, tokens: Tokens) -> Floats:
        texts = len(tokens.readable)
        bits = len(self._idf).bit_length()
        # One number for text and row: sorting it brings equal grams of a text together.
        grams = [channel.grams(tokens) for channel in self._channels]
        found = np.concatenate([text << bits | rows for rows, text in grams])
        if texts << bits < 1 << 31:
            found = found.astype(np.int32)  # sorts twice as fast
        found.sort()
        first = np.flatnonzero(np.concatenate((found[:1] >= 0, found[1:] != found[:-1])))
        counts = np.diff(first, append=len(found))
        unique = found.take(first).astype(np.intp)
        rows, text = unique & ((1 << bits) - 1), unique >> bits
        values = _LOGS.take(counts, mode="clip")
        many = np.flatnonzero(counts >= len(_LOGS))
        values[many] = 1 + np.log(counts[many])
        second = rows >= self._second
        novelty = np.flatnonzero((rows == self._second - 1) | (rows == len(self._idf) - 1))
        values[novelty] = np.sqrt(counts[novelty])
        values *= self._idf.take(rows)
        group = 2 * text + second
        lengths = np.sqrt(np.bincount(group, weights=values * values, minlength=2 * texts) + DAMPING**2)
        values /= lengths.take(group)
        return self._products(rows, values, np.searchsorted(text, np.arange(texts + 1)))

    def _products(self, rows: Rows, values: Floats, bounds: Rows) -> Floats:
        """For each text the sum of its rows' weights times their values, as scores."""
        totals = np.empty((len(bounds) - 1, self._weights.shape[1] * 8))
        stops = bounds.tolist()
        for total, start, stop in zip(totals, stops[:-1], stops[1:], strict=True):
            weights = self._weights.take(rows[start:stop], 0, mode="clip").view(np.int8).astype(np.float64)
            np.dot(values[start:stop], weights, total)
        return self._model.intercept + totals[:, : len(self._model.scale)] * self._model.scale


def _portions(inputs: Sequence[Split]) -> list[slice]:
    """Neighbouring texts of about ``PORTION`` characters together."""
    portions: list[slice] = []
    start = size = 0
    for i, (pieces, _) in enumerate(inputs):
        if size > PORTION:
            portions.append(slice(start, i))
            start, size = i, 0
        size += sum(map(len, pieces))
    return [*portions, slice(start, len(inputs))] if inputs else []


def _join(inputs: Sequence[Split]) -> bulk_text.Joined:
    """The texts normalised, with the places of their turns."""
    texts: list[str] = []
    turns: list[int] = []
    at = 0
    for pieces, marked in inputs:
        texts.append("\n".join(pieces))
        if marked:
            turns += accumulate([len(piece) + 1 for piece in pieces[:-1]], initial=at)
        at += len(texts[-1]) + 1
    return bulk_text.join(texts, turns)
