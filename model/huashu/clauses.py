"""Clauses: the pieces of a text that a move of the script is looked for in."""

from __future__ import annotations

from huashu.features import TURN, Analysis
from huashu.segment import BREAK

PAUSES = frozenset(',，、:：。！？!?；;\n…“”"()（）【】 ')
LONGEST = 24
"""Characters from which a clause without punctuation (recognition output) is cut at the next word."""
SHORTEST = 4
"""Pieces shorter than this join the next one: 「您好，」 carries no move of its own."""


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
