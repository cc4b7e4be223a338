"""Clauses: the pieces of a text that a move of the script is looked for in, and what each is judged by."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from huashu.features import TURN, Analysis, Grams, skeleton, word_grams
from huashu.segment import BREAK, Token

PAUSES = frozenset(',，、:：。！？!?；;\n…“”"()（）【】 ')
LONGEST = 24
"""Characters from which a clause without punctuation (recognition output) is cut at the next word."""
SHORTEST = 4
"""Pieces shorter than this join the next one: 「您好，」 carries no move of its own."""
NEAR = 3
"""So many clauses before and after a clause are looked at, too."""


class Clause(NamedTuple):
    """What a clause is judged by: its own ``tokens``, the words ``near`` it, and marks of the ``whole`` text."""

    tokens: Sequence[Token]
    near: Sequence[str]
    whole: Sequence[str]


def clause_slices(analysis: Analysis) -> list[tuple[int, int]]:
    """``(first, stop)`` token indices of the clauses, in order, without the marks and blanks between them."""
    slices: list[tuple[int, int]] = []
    text, tokens = analysis.normal.text, analysis.tokens
    first = 0
    length = 0
    for i, token in enumerate(tokens):
        hard = token.text in (BREAK, TURN)
        pause = i > first and any(char in PAUSES for char in text[tokens[i - 1].end : token.start])
        if hard or (pause and length >= SHORTEST) or length >= LONGEST:
            if i > first:
                slices.append((first, i))
            first, length = (i + 1 if hard else i), 0
        if not hard:
            length += token.end - token.start
    if first < len(tokens):
        slices.append((first, len(tokens)))
    return slices


def clauses(analysis: Analysis, slices: Sequence[tuple[int, int]], scheme: str, register: str) -> list[Clause]:
    """The clauses of ``slices``, in a text that is judged to be of this scheme and register."""
    whole = (f"={scheme}", f"@{register}")
    words = [[token.text for token in analysis.tokens[first:stop]] for first, stop in slices]
    return [
        Clause(
            analysis.tokens[first:stop],
            [word for part in (*words[max(0, i - NEAR) : i], *words[i + 1 : i + 1 + NEAR]) for word in part],
            whole,
        )
        for i, (first, stop) in enumerate(slices)
    ]


def _char_grams(clause: Clause) -> list[str]:
    """The single characters, 2-grams and 3-grams of the clause's folded characters."""
    text = skeleton(clause.tokens)
    pairs = [a + b for a, b in pairwise(text)]
    return [*text, *pairs, *(text[i : i + 3] for i in range(len(text) - 2))]


def _word_grams(clause: Clause) -> list[str]:
    return word_grams(clause.tokens)


CLAUSE_GRAMS: dict[str, Grams] = {
    "clause_words": _word_grams,
    "clause_chars": _char_grams,
    "near": attrgetter("near"),
    "whole": attrgetter("whole"),
}
"""Name of a channel of the clause model -> grams of a :class:`Clause`."""
