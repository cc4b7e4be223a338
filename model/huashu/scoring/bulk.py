"""Scoring many texts at once: the same values as text by text, at a fraction of the cost.

What is left of the cost of one text is mostly its segmentation. Each step is a few passes of NumPy over all texts of a
portion: normalisation (``bulk_text``), tokens (``bulk_tokens``), then, here, the rows of grams by table look-up; the
rest is :meth:`huashu.scoring.linear.LinearModel.score_rows`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from huashu.reading import bulk_text, bulk_tokens
from huashu.reading.bulk_tokens import MARKS_OF, Tokens
from huashu.reading.segmenter import Cut
from huashu.reading.tokens import CLOSE, GAP, LATIN, TURN
from huashu.scoring.grams import MARK_NUMBERS, UNKNOWN, Rows, pair_keys, word_places
from huashu.scoring.linear import Channel, Floats, LinearModel
from huashu.scoring.lookup import Lookup

PORTION = 40_000
"""Characters handled together: enough to make NumPy's calls cheap, few enough to stay in a core's cache."""

KEY_LENGTH = 4
"""Words of up to so many characters are looked up as one 64-bit number."""

_CLOSE = MARK_NUMBERS[CLOSE]
_GAP, _TURN, _LATIN = MARK_NUMBERS[GAP], MARK_NUMBERS[TURN], MARK_NUMBERS[LATIN]

Split = tuple[Sequence[str], bool]


@dataclass(frozen=True, slots=True)
class _Words:
    """The word channel.

    ``numbers`` token -> number, ``short`` the same for tokens of up to ``KEY_LENGTH`` characters by their key;
    ``single`` number -> row; ``pairs`` of numbers -> row. What the model does not know has the row of the novelty.
    """

    numbers: Mapping[str, int]
    short: Lookup
    single: Rows
    pairs: Lookup

    @classmethod
    def build(cls, model: LinearModel, channel: Channel) -> _Words:
        numbers = {MARKS_OF.get(word, word): number for word, number in model.numbers.items()}
        rows = np.arange(channel.first, channel.novelty)
        pair = channel.keys >> np.uint64(32) > 0
        single = np.full(len(numbers) + 1, channel.novelty)
        single[channel.keys[~pair].astype(np.intp)] = rows[~pair]
        short = {_key(word): number for word, number in numbers.items() if len(word) <= KEY_LENGTH}
        keys = np.fromiter(short, np.uint64, len(short))
        return cls(
            numbers,
            Lookup.build(keys, np.fromiter(short.values(), np.intp, len(short)), UNKNOWN),
            single,
            Lookup.build(channel.keys[pair], rows[pair], channel.novelty),
        )

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
        alone, left = word_places(ids)
        pairs = self.pairs.find(pair_keys(ids.take(left), ids.take(left + 1)))
        return np.concatenate((self.single.take(ids.take(alone)), pairs)), text.take(np.concatenate((alone, left)))

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
        ids[long] = [get(tokens.words[i], UNKNOWN) for i in long.tolist()]
        if tokens.latin:
            ids[ids == _LATIN] = [get(word, UNKNOWN) for word in tokens.latin]
        return ids


def _key(word: str) -> int:
    """A number that no other word of up to ``KEY_LENGTH`` characters has; what is segmented lies below U+10000."""
    return int.from_bytes(word.encode("utf-16-be").ljust(2 * KEY_LENGTH, b"\0"))


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
    def build(cls, channel: Channel) -> _Characters:
        codes = np.stack([channel.keys >> np.uint64(shift) & np.uint64(0xFFFF) for shift in (32, 16, 0)]).astype(
            np.intp
        )
        alphabet = np.setdiff1d(codes, 0)
        size = len(alphabet) + 1
        numbers = np.zeros(0x10000, np.intp)
        numbers[alphabet] = np.arange(1, size)
        first, second, third = numbers[codes]  # a 2-gram has no first
        rows = np.arange(channel.first, channel.novelty)
        two = first == 0
        pairs, prefixes = np.full(size * size, channel.novelty), np.zeros(size * size, np.intp)
        pairs[(second * size + third)[two]] = rows[two]
        known, block = np.unique((first * size + second)[~two], return_inverse=True)
        prefixes[known] = np.arange(1, len(known) + 1) * size
        triples = np.full((len(known) + 1) * size, channel.novelty, np.int32)
        triples[(block + 1) * size + third[~two]] = rows[~two]
        return cls(numbers, size, pairs, prefixes, triples)

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
        self._channels = (_Words.build(model, words), _Characters.build(characters))

    def score(self, inputs: Sequence[Split]) -> tuple[Floats, NDArray[np.bool_], NDArray[np.bool_]]:
        """Scores (texts, outputs), whether each text has any Chinese character, and whether it has to be scored apart
        (see :class:`huashu.reading.bulk_tokens.Tokens`), its scores being void.

        ``inputs`` are what :func:`huashu.reading.dialogue.split` makes of a text or dialogue.
        """
        scores = np.empty((len(inputs), len(self._model.intercept)))
        readable, apart = np.empty(len(inputs), np.bool_), np.empty(len(inputs), np.bool_)
        for portion in _portions(inputs):
            tokens = bulk_tokens.tokenise(_join(inputs[portion]), self._cut)
            readable[portion], apart[portion] = tokens.readable, tokens.apart
            scores[portion] = self._score(tokens)
        return scores, readable, apart

    def _score(self, tokens: Tokens) -> Floats:
        rows, texts = zip(*(channel.grams(tokens) for channel in self._channels), strict=True)
        return self._model.score_rows(np.concatenate(rows), np.concatenate(texts), len(tokens.readable))


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
