"""From an input to its tokens: turns, normalised text, words and classes, each with its place in what was sent."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from huashu.reading.dialogue import Dialogue, parse
from huashu.reading.normalise import Normalised, normalise
from huashu.reading.tokens import Cut, Token, tokenise
from huashu.scoring.grams import TURN


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

    def locate(self, start: int, end: int) -> tuple[int, int, int]:
        """``(turn, start, end)`` of the normalised span [start, end) in what the caller sent.

        Offsets are into the raw text, or into the turn's words when the caller sent a list of turns. A span that
        runs over a turn's end is cut there.
        """
        joined_start, joined_end = self.normal.raw_span(start, end)
        index = bisect_right(self.turn_starts, joined_start) - 1
        turn = self.dialogue.turns[index]
        shift = turn.start - self.turn_starts[index]
        return index, joined_start + shift, min(joined_end + shift, turn.start + len(turn.words))


def analyse(source: str | Sequence[Mapping[str, Any]], cut: Cut) -> Analysis:
    """Parse, normalise and tokenise ``source``; InputError as in :func:`huashu.reading.dialogue.parse`."""
    dialogue = parse(source)
    turns = dialogue.turns
    starts, at = [], 0
    for turn in turns:
        starts.append(at)
        at += len(turn.words) + 1
    normal = normalise("\n".join(turn.words for turn in turns) if len(turns) > 1 else turns[0].words)
    tokens = tokenise(normal.text, cut)
    return Analysis(dialogue, normal, _mark_turns(tokens, starts, normal) if dialogue.marked else tokens, starts)


def _mark_turns(tokens: Sequence[Token], starts: Sequence[int], normal: Normalised) -> list[Token]:
    """``tokens`` with an empty ``TURN`` before the first token of each turn."""
    marked: list[Token] = []
    pending = list(reversed(starts))
    for token in tokens:
        raw = token.start if normal.origin is None else normal.origin[token.start]
        while pending and raw >= pending[-1]:
            pending.pop()
            marked.append(Token(TURN, token.start, token.start))
        marked.append(token)
    return marked
