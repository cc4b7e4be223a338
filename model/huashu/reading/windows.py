"""Long texts are read in pieces: a fraud between pages of something else must not drown in them.

The score is about a text as a whole, divided by its length, and no document that the model learned from is as long as
``LONG``. Beyond it the text is also read in overlapping windows of the length that the model knows, and whichever part
has the highest risk decides.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

from huashu.reading.tokens import Token

LONG = 900
"""Characters of normalised text from which windows are read."""
WIDTH, STEP = 160, 80
"""Characters of a window, and from one to the next. Nine of ten shipped documents are shorter than a window."""


def windows(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """The overlapping pieces of a text longer than ``LONG``; none for a shorter one."""
    if not tokens or tokens[-1].end <= LONG:
        return []
    starts = [token.start for token in tokens]
    begins = range(0, max(1, tokens[-1].end - WIDTH + STEP), STEP)
    slices = [(bisect_left(starts, begin), bisect_left(starts, begin + WIDTH)) for begin in begins]
    return [tokens[first:stop] for first, stop in slices if stop > first]
