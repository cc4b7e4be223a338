"""From an input to its features: word 1-2-grams, and character 2-3-grams over homophone-folded text.

The two channels see the same tokens. Words carry meaning; folded characters survive typing and recognition slips,
because characters that sound alike become one. Numbers, sums, links and masks are one symbol each in both.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from huashu.dialogue import Dialogue, parse
from huashu.segment import BREAK, LETTER, Cut, Token, tokenise
from huashu.text import Normalised, homophone_table, normalise

Span = tuple[int, int]
Grams = Callable[[Any], Sequence[str]]
"""A channel: the grams of a source."""

TURN = "<turn>"
"""Stands in the word channel at the beginning of each recognised turn; its span is empty."""

SYMBOLS = {
    "<number>": "N",
    "<money>": "M",
    "<rate>": "R",
    "<phone>": "P",
    "<link>": "L",
    "<id>": "I",
    "<date>": "D",
    "<name>": "A",
    "<masked>": "X",
    LETTER: "Z",
    BREAK: "",
    TURN: "",
}
"""Tokens that are not words -> what stands for them among the folded characters."""


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
    """Parse, normalise and tokenise ``source``; InputError as in :func:`huashu.dialogue.parse`."""
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


def _is_class(word: str) -> bool:
    return word[0] == "<" and word != TURN


def word_grams(tokens: Sequence[Token]) -> list[str]:
    """The words, then the pairs of neighbours inside a sentence.

    A number, sum, link or mask counts only with its neighbour: that a text has some says how it was stored, not
    what it is about.
    """
    words = [token.text for token in tokens]
    pairs = [f"{a} {b}" for a, b in pairwise(words) if a != BREAK and b != BREAK]
    return [word for word in words if not _is_class(word)] + pairs


def word_spans(tokens: Sequence[Token]) -> list[Span]:
    """Where the grams of :func:`word_grams` stand in the normalised text, in the same order."""
    spans = [(token.start, token.end) for token in tokens if not _is_class(token.text)]
    spans += [(a.start, b.end) for a, b in pairwise(tokens) if a.text != BREAK and b.text != BREAK]
    return spans


def skeleton(tokens: Sequence[Token]) -> str:
    """The folded characters of the words, without punctuation; one capital for each number, sum, link or mask."""
    symbols = SYMBOLS
    return "".join([symbols.get(token.text, token.text) for token in tokens]).translate(homophone_table())


def _places(tokens: Sequence[Token]) -> list[Span]:
    places: list[Span] = []
    for text, start, end in tokens:
        symbol = SYMBOLS.get(text)
        if symbol is None and len(text) == end - start:
            places += [(i, i + 1) for i in range(start, end)]
        elif symbol is None:
            places += [(start, end)] * len(text)
        elif symbol:
            places.append((start, end))
    return places


def char_grams(tokens: Sequence[Token]) -> list[str]:
    """The 2-grams, then the 3-grams of the skeleton."""
    text = skeleton(tokens)
    return [text[i : i + 2] for i in range(len(text) - 1)] + [text[i : i + 3] for i in range(len(text) - 2)]


def char_spans(tokens: Sequence[Token]) -> list[Span]:
    """Where the grams of :func:`char_grams` stand in the normalised text, in the same order."""
    places = _places(tokens)
    spans = [(a[0], b[1]) for a, b in pairwise(places)]
    spans += [(a[0], b[1]) for a, b in zip(places, places[2:], strict=False)]
    return spans


CHANNELS = {"words": (word_grams, word_spans), "chars": (char_grams, char_spans)}
"""Name -> (grams of a token list, their spans in the same order). Artifacts and training refer to these names."""
