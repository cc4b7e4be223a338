"""A linear score that grows with its text: adding grams costs what they cost, however much stands before them."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

import numpy as np

from huashu.reading.tokens import Token
from huashu.scoring.grams import Columns, Rows, character_keys, word_keys, word_numbers, word_places
from huashu.scoring.linear import DAMPING, Floats, LinearModel
from huashu.scoring.text_model import SIZES


class GrowingScore:
    """The score of a document model over tokens that come in portions; equal to scoring all at once.

    A portion must begin at a sentence's end or with a turn, so that no pair of words spans two portions.
    """

    def __init__(self, model: LinearModel) -> None:
        self._model = model
        self._words, self._chars = (_GrowingChannel(model, channel.novelty) for channel in model.channels)
        self._tail = np.zeros(0, np.uint64)

    def add(self, tokens: Sequence[Token]) -> None:
        """Take in the next portion."""
        columns = Columns.of(tokens)
        words, chars = self._model.channels
        numbers = word_numbers(columns.words, self._model.numbers)
        alone, left = word_places(numbers)
        self._words.add(words.find(word_keys(numbers, alone, left)))
        codes = np.concatenate((self._tail, columns.codes))
        for size in SIZES:
            old = max(0, len(self._tail) - size + 1)
            self._chars.add(chars.find(character_keys(codes, size)[old:]))
        self._tail = codes[1 - max(SIZES) :]

    def scores(self) -> Floats:
        """Scores (outputs,) of everything so far."""
        parts = self._words.product() + self._chars.product()
        return self._model.intercept + parts * self._model.scale


class _GrowingChannel:
    """Counts of a channel's rows, and what follows from them: the product with the weights and the squared length."""

    def __init__(self, model: LinearModel, novelty: int) -> None:
        self._model, self._novelty = model, novelty
        self._counts: dict[int, int] = {}
        self._sum = np.zeros(len(model.scale))
        self._squared = 0.0

    def add(self, rows: Rows) -> None:
        for row in rows.tolist():
            count = self._counts.get(row, 0)
            self._counts[row] = count + 1
            idf = float(self._model.idf[row])
            before, after = (_value(n, row == self._novelty) * idf for n in (count, count + 1))
            self._sum += (after - before) * self._model.weights[row]
            self._squared += after * after - before * before

    def product(self) -> Floats:
        return self._sum / sqrt(self._squared + DAMPING**2)


def _value(count: int, novelty: bool) -> float:
    if novelty:
        return sqrt(count)
    return 1 + log(count) if count else 0.0
