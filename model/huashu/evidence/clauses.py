"""Clauses: the pieces of a text that a move of the script is looked for in, and how the clause model scores them.

A clause is judged by its own words, pairs of words and characters, by the words of the clauses beside it, and by what
the text as a whole was judged to be: the scheme and the register, and its own words under that scheme, because the same
words are another move in another script.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from huashu.reading.analysis import Analysis
from huashu.reading.tokens import BREAK, TURN
from huashu.scoring.grams import (
    MARK_NUMBERS,
    UNKNOWN,
    Columns,
    Rows,
    character_keys,
    pair_keys,
    word_keys,
    word_numbers,
    word_places,
)
from huashu.scoring.linear import Floats, LinearModel

CLAUSE = ("clause_words", "clause_chars", "context", "whole")
"""Channels of the clause model."""
SIZES = (1, 2)
"""Characters of the grams in the channel ``clause_chars``."""
PAUSES = frozenset(',，、:：。！？!?；;\n…“”"()（）【】 ')
LONGEST = 24
"""Characters from which a clause without punctuation (recognition output) is cut at the next word."""
SHORTEST = 4
"""Pieces shorter than this join the next one: 「您好，」 carries no move of its own."""
_SIDES = (("<", "<<"), (">", ">>"))
"""Marks of words in the clause before and in the one after: of the same turn, of another."""

Slices = Sequence[tuple[int, int]]


def clause_slices(analysis: Analysis) -> list[tuple[int, int]]:
    """``(first, stop)`` token indices of the clauses, in order, without the marks and blanks between them."""
    slices: list[tuple[int, int]] = []
    text = analysis.normal.text
    first = length = before = 0
    for i, (word, start, end) in enumerate(analysis.tokens):
        hard = word in (BREAK, TURN)
        pause = i > first and length >= SHORTEST and before < start and not PAUSES.isdisjoint(text[before:start])
        if hard or pause or length >= LONGEST:
            if i > first:
                slices.append((first, i))
            first, length = (i + 1 if hard else i), 0
        if not hard:
            length += end - start
        before = end
    if first < len(analysis.tokens):
        slices.append((first, len(analysis.tokens)))
    return slices


def side(step: int, same_turn: bool) -> str:
    """The mark of a word in the clause before (``step`` -1) or after (1)."""
    return _SIDES[step > 0][not same_turn]


def whole_marks(scheme: str, register: str) -> tuple[str, str]:
    """The words of the channel ``whole`` for a text that is judged to be of this scheme and register."""
    return f"={scheme}", f"@{register}"


def clause_scores(model: LinearModel, columns: Columns, slices: Slices, scheme: str, register: str) -> Floats:
    """Scores (clauses, tactics) of the clauses at ``slices`` in a text judged to be of this scheme and register."""
    found = clause_rows(model, columns, slices, whole_marks(scheme, register))
    rows, owners = zip(*found, strict=True)
    return model.score_rows(np.concatenate(rows), np.concatenate(owners), len(slices))


def clause_rows(model: LinearModel, columns: Columns, slices: Slices, marks: Sequence[str]) -> list[tuple[Rows, Rows]]:
    """The rows of the clauses' grams and the clause of each, portion by portion; ``marks`` are those of the whole, the
    scheme's first."""
    words, chars, context, whole = model.channels
    count = len(slices)
    numbers = word_numbers(columns.words, model.numbers)
    firsts, stops = np.array(slices, np.intp).T
    inner = np.arange(len(numbers))
    clause = firsts.searchsorted(inner, "right") - 1
    clause[inner >= stops[clause]] = -1  # marks between clauses; before the first one it is -1 already

    alone, left = word_places(numbers)
    alone = alone[clause[alone] >= 0]
    left = left[(clause[left] >= 0) & (clause[left] == clause[left + 1])]
    keys = word_keys(numbers, alone, left)
    found = [(words.find(keys), clause[np.concatenate((alone, left))])]

    char_clause = np.repeat(clause, columns.lengths)
    for size in SIZES:
        runs = character_keys(columns.codes, size)
        begin, end = char_clause[: len(runs)], char_clause[size - 1 :]
        inside = np.flatnonzero((begin == end) & (begin >= 0))
        found.append((chars.find(runs[inside]), begin[inside]))

    inner = numbers[clause >= 0]
    owners = clause[clause >= 0]
    scheme = np.full(len(inner), model.numbers.get(marks[0], UNKNOWN))
    found.append((context.find(pair_keys(scheme, inner)), owners))
    turn = np.cumsum(numbers == MARK_NUMBERS[TURN])[firsts]
    for step in (-1, 1):
        beside = owners - step  # of the clause that sees these words, so many clauses away
        kept = (beside >= 0) & (beside < count)
        beside, seen = beside[kept], inner[kept]
        same, other = (model.numbers.get(side(step, own), UNKNOWN) for own in (True, False))
        mark = np.where(turn[beside] == turn[beside + step], same, other)
        found.append((context.find(pair_keys(mark, seen)), beside))
    rows = whole.find(word_numbers(marks, model.numbers).astype(np.uint64))
    found.append((np.tile(rows, count), np.repeat(np.arange(count), len(rows))))
    return found
