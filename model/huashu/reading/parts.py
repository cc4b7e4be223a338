"""Long texts are read in parts: a fraud between pages of something else must not drown in them.

A score is about what was read as a whole, divided by its length, and few documents that the model learned from are as
long as ``LONG``. Beyond it a text is read in overlapping parts of a length that the model knows well.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from huashu.reading.tokens import Token

LONG = 900
"""Characters of normalised text up to which a text is one part."""
WIDTH, STEP = 200, 100
"""Characters of a part of a longer text, and from the beginning of one to that of the next."""


def begins(end: int) -> range:
    """Where the parts of a text of more than ``LONG`` characters, the last token of which ends at ``end``, begin."""
    return range(0, max(1, end - WIDTH + STEP), STEP)


def parts(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """The parts of a text: all its ``tokens`` when it is not longer than ``LONG``, overlapping slices of a longer one.
    Stretches without a token are no parts."""
    if not tokens or tokens[-1].end <= LONG:
        return [tokens]
    starts = [token.start for token in tokens]
    slices = [(bisect_left(starts, at), bisect_left(starts, at + WIDTH)) for at in begins(tokens[-1].end)]
    return [tokens[first:stop] for first, stop in slices if stop > first]
