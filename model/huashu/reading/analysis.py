"""From an input to its tokens: turns, normalised text, words and classes, each with its place in what was sent."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from huashu.interrupt import checkpoint
from huashu.reading.dialogue import Dialogue, Source, parse
from huashu.reading.normalise import Normalised, normalise
from huashu.reading.segmenter import Cut
from huashu.reading.tokens import Token, tokenise, with_turn_marks


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in what the caller sent: turn number (None where there are no turns), offsets into the raw
    text, or into the turn's words where the caller sent a list of turns, and the ``quote`` between them."""

    turn: int | None
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Analysis:
    """An input, read and tokenised.

    ``normal`` is the normalised text of all turns joined by line feeds; tokens have their offsets there.
    ``turn_starts[i]`` is where turn i begins in the joined text before normalisation.
    """

    dialogue: Dialogue
    normal: Normalised
    tokens: Sequence[Token]
    turn_starts: Sequence[int]

    def place(self, start: int, end: int) -> Place:
        """Where the normalised span [start, end) stands in what was sent. One that runs over a turn's end is cut
        there."""
        joined_start, joined_end = self.normal.raw_span(start, end)
        number = bisect_right(self.turn_starts, joined_start) - 1
        turn = self.dialogue.turns[number]
        shift = turn.start - self.turn_starts[number]
        raw_start, raw_end = joined_start + shift, min(joined_end + shift, turn.start + len(turn.words))
        quote = self.dialogue.piece(number)[raw_start:raw_end]
        return Place(number if self.dialogue.marked else None, raw_start, raw_end, quote)

    def place_of(self, first: int, stop: int) -> Place:
        """Where tokens ``first`` to ``stop`` (not included) stand."""
        return self.place(self.tokens[first].start, self.tokens[stop - 1].end)


def analyse(source: Source, cut: Cut) -> Analysis:
    """Parse, normalise and tokenise ``source``; InputError as in :func:`huashu.reading.dialogue.parse`."""
    dialogue = parse(source)
    turns = dialogue.turns
    starts, at = [], 0
    for turn in turns:
        starts.append(at)
        at += len(turn.words) + 1
    normal = normalise("\n".join(turn.words for turn in turns) if len(turns) > 1 else turns[0].words)
    checkpoint()
    tokens = tokenise(normal.text, cut)
    checkpoint()
    if dialogue.marked:
        origin = normal.origin
        begins = starts if origin is None else [bisect_left(origin, start) for start in starts]
        tokens, _ = with_turn_marks(tokens, begins)
    return Analysis(dialogue, normal, tokens, starts)
