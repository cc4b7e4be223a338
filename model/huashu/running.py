"""A linear score that grows with its text: adding grams costs what they cost, however much stands before them."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

import numpy as np

from huashu.features import skeleton, word_grams
from huashu.linear import DAMPING, Channel, Floats, LinearModel
from huashu.segment import Token


class RunningScore:
    """The score of a document model over tokens that come in portions; equal to scoring all at once.

    A portion must begin at a sentence's end or with a turn, so that no pair of words spans two portions.
    """

    def __init__(self, model: LinearModel) -> None:
        words, chars = model.channels
        self._model = model
        self._words, self._chars = _RunningChannel(words), _RunningChannel(chars)
        self._tail = ""

    def add(self, tokens: Sequence[Token]) -> None:
        """Take in the next portion."""
        self._words.add(word_grams(tokens))
        text = self._tail + skeleton(tokens)
        old = len(self._tail)
        pairs = [text[i : i + 2] for i in range(max(0, old - 1), len(text) - 1)]
        self._chars.add(pairs + [text[i : i + 3] for i in range(max(0, old - 2), len(text) - 2)])
        self._tail = text[-2:]

    def scores(self) -> Floats:
        """Scores (outputs,) of everything so far."""
        parts = self._words.product() + self._chars.product()
        return self._model.intercept + parts * self._model.scale


class _RunningChannel:
    """Counts of a channel's rows, and what follows from them: the product with the weights and the squared length."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._counts: dict[int, int] = {}
        self._sum = np.zeros(channel.weights.shape[1])
        self._squared = 0.0

    def add(self, grams: Sequence[str]) -> None:
        novelty = len(self._channel.vocabulary)
        for gram in grams:
            row = self._channel.vocabulary.get(gram, novelty)
            count = self._counts.get(row, 0)
            self._counts[row] = count + 1
            idf = float(self._channel.idf[row])
            before, after = (_value(n, row == novelty) * idf for n in (count, count + 1))
            self._sum += (after - before) * self._channel.weights[row]
            self._squared += after * after - before * before

    def product(self) -> Floats:
        return self._sum / sqrt(self._squared + DAMPING**2)


def _value(count: int, novelty: bool) -> float:
    if novelty:
        return sqrt(count)
    return 1 + log(count) if count else 0.0
