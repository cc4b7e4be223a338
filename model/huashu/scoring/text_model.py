"""The document model: a text as a whole, by its words, pairs of words, and 2-grams and 3-grams of folded characters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from huashu.reading.tokens import Token
from huashu.scoring.grams import MARK_NUMBERS, Columns, Rows, character_keys, word_keys, word_numbers, word_places
from huashu.scoring.linear import Floats, LinearModel, Vector

DOCUMENT = ("words", "chars")
"""Channels of the document model."""
SIZES = (2, 3)
"""Characters of the grams in the channel ``chars``."""


class Scored(NamedTuple):
    """What was scored: the tokens that decided, what the document model made of them, its ``scores`` (outputs,), and
    of how many ``parts`` of the text they are one."""

    columns: Columns
    vector: Vector
    scores: Floats
    parts: int


def document_rows(model: LinearModel, columns: Columns) -> Rows:
    """The row of every gram of a text, in the order of :func:`document_spans`."""
    words, chars = model.channels
    numbers = word_numbers(columns.words, model.numbers)
    alone, left = word_places(numbers)
    keys = word_keys(numbers, alone, left)
    runs = np.concatenate([character_keys(columns.codes, size) for size in SIZES])
    return np.concatenate((words.find(keys), chars.find(runs)))


def document_spans(columns: Columns) -> tuple[Rows, Rows]:
    """Where each gram of a text starts and ends in its normalised text."""
    alone, left = word_places(word_numbers(columns.words, MARK_NUMBERS))
    starts, ends = [columns.starts[alone], columns.starts[left]], [columns.ends[alone], columns.ends[left + 1]]
    char_starts, char_ends = _character_spans(columns)
    for size in SIZES:
        count = max(0, len(char_starts) - size + 1)
        starts.append(char_starts[:count])
        ends.append(char_ends[size - 1 :])
    return np.concatenate(starts), np.concatenate(ends)


def _character_spans(columns: Columns) -> tuple[Rows, Rows]:
    """Where each character of the skeleton comes from: its own place in a word, all of a token that is written as
    another number of characters."""
    first = np.cumsum(columns.lengths) - columns.lengths
    one_by_one = columns.lengths == columns.ends - columns.starts
    inside = np.arange(len(columns.codes)) - np.repeat(first, columns.lengths)
    own = np.repeat(one_by_one, columns.lengths)
    starts = np.repeat(columns.starts, columns.lengths) + inside * own
    return starts, np.where(own, starts + 1, np.repeat(columns.ends, columns.lengths))


def score_text(model: LinearModel, tokens: Sequence[Token]) -> Floats:
    """Scores (outputs,) of one text."""
    return model.score(model.vector(document_rows(model, Columns.of(tokens))))


def score_texts(model: LinearModel, texts: Sequence[Sequence[Token]]) -> Floats:
    """Scores (texts, outputs) of texts given by their tokens."""
    rows = [document_rows(model, Columns.of(tokens)) for tokens in texts]
    return model.score_rows(np.concatenate(rows), np.repeat(np.arange(len(rows)), list(map(len, rows))), len(rows))


@dataclass(frozen=True, slots=True)
class Contributions:
    """Parts of scores: ``starts`` and ``ends`` (grams,) in the normalised text, ``parts`` (grams, outputs)."""

    starts: Rows
    ends: Rows
    parts: NDArray[np.float64]


def contributions(model: LinearModel, columns: Columns, vector: Vector, outputs: Sequence[int]) -> Contributions:
    """What each gram's occurrence adds to the scores of ``outputs``, with its place in the normalised text.

    ``vector`` is what ``model`` makes of the rows of ``columns``. A gram that occurs n times gives each place one n-th
    of its part; the novelty's part is shared by all unknown grams. The parts sum to score - intercept.
    """
    chosen = list(outputs)
    shares = (
        (vector.values / vector.counts)[:, np.newaxis] * model.weights[vector.rows][:, chosen] * model.scale[chosen]
    )
    starts, ends = document_spans(columns)
    return Contributions(starts, ends, shares[vector.places])
