"""A running verdict: turns of a call as they come, the verdict so far after each, at the same cost for every turn."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from huashu.assess import assess
from huashu.errors import InputError
from huashu.evidence.tactics import tactic_spans
from huashu.interrupt import checked, checkpoint
from huashu.model import Model
from huashu.reading.analysis import analyse
from huashu.reading.dialogue import MAX_CHARACTERS, check_surrogates, parse_turns
from huashu.reading.normalise import has_chinese, normalise
from huashu.reading.parts import LONG, STEP, WIDTH, begins
from huashu.reading.tokens import Token, tokenise, with_turn_marks
from huashu.result import Assessment, TacticSpan, TurnVerdict, Verdict
from huashu.scoring.grams import Columns
from huashu.scoring.growing import GrowingScore
from huashu.scoring.linear import Floats
from huashu.scoring.text_model import score_text
from huashu.verdict.adjustment import NEUTRAL, Adjustment
from huashu.verdict.decide import unread


class Session:
    """A call in progress. Made by :meth:`huashu.Classifier.session`; not to be shared between threads."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._score = GrowingScore(model.document)
        self._parts = _GrowingParts(model)
        self._turns: list[Mapping[str, Any]] = []
        self._characters = self._length = self._unmarked = 0
        self._readable = False

    def add(self, turn: Mapping[str, Any], adjustment: Adjustment = NEUTRAL) -> TurnVerdict:
        """Take in the next turn ``{"role", "words", "begin"?, "end"?}`` and judge the call so far.

        The verdict is that of :meth:`huashu.Classifier.assess` on the turns so far with this ``adjustment``.
        Raises InputError, and stays as it was, when the turn is malformed or the call becomes longer than
        ``huashu.reading.dialogue.MAX_CHARACTERS``.
        """
        words = parse_turns([turn], len(self._turns)).turns[0].words
        check_surrogates(words)
        if self._characters + len(words) > MAX_CHARACTERS:
            raise InputError(f"the call has more than {MAX_CHARACTERS:,} characters: close the session")
        checkpoint()
        with checked(None):
            self._characters += len(words)
            self._take(words)
        self._turns.append(dict(turn))
        verdict = unread()
        if self._readable:
            scores, parts = self._parts.deciding() or (self._score.scores(), 1)
            verdict = self._model.heads.verdict(scores, parts, adjustment)
        number = len(self._turns) - 1
        with checked(None):  # the turn counts by now: whoever is told of it has to get its verdict
            tactics = self._tactics(turn, number, verdict)
        return TurnVerdict(**verdict.parts(), turn=number, tactics=tactics)

    def assessment(self, adjustment: Adjustment = NEUTRAL) -> Assessment:
        """The call so far with all evidence, as :meth:`huashu.Classifier.assess` gives it; InputError when nothing was
        said yet."""
        return assess(self._model, self._turns, adjustment)

    def _take(self, words: str) -> None:
        """The next turn's words into the score; turns are parted by line feeds, as in a whole dialogue."""
        feed = "\n" * bool(self._turns)
        normal = normalise(feed + words).text
        tokens = [
            Token(token.text, token.start + self._length, token.end + self._length)
            for token in tokenise(normal, self._model.cut)
        ]
        # Turns without a token were left without a mark: theirs stand before the next token.
        begins = [self._length] * self._unmarked + [self._length + len(feed)]
        marked, self._unmarked = with_turn_marks(tokens, begins)
        self._length += len(normal)
        self._readable = self._readable or has_chinese(normal)
        self._score.add(marked)
        self._parts.add(marked)

    def _tactics(self, turn: Mapping[str, Any], number: int, verdict: Verdict) -> tuple[TacticSpan, ...]:
        """The moves of this turn, read by itself."""
        if not turn["words"].strip():
            return ()
        analysis = analyse([turn], self._model.cut)
        if not has_chinese(analysis.normal.text):
            return ()
        spans = tactic_spans(self._model, analysis, Columns.of(analysis.tokens), verdict)
        return tuple(replace(span, turn=number) for span in spans)


class _GrowingParts:
    """The parts of a growing text (see :mod:`huashu.reading.parts`): each complete one is scored once."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._tokens: list[Token] = []
        self._begin = 0
        self._best = _Best()

    def add(self, tokens: Sequence[Token]) -> None:
        self._tokens += tokens
        while self._tokens and self._tokens[-1].start >= self._begin + WIDTH:
            self._best = self._with(self._best, self._begin)
            self._begin += STEP
        self._tokens = self._tokens[self._place(self._begin) :]

    def deciding(self) -> tuple[Floats, int] | None:
        """The scores of the part with the highest risk, and how many parts there are; None for a short text."""
        end = self._tokens[-1].end if self._tokens else 0
        if end <= LONG:
            return None
        best = self._best
        for begin in begins(end):
            if begin >= self._begin:
                best = self._with(best, begin)
        return best.scores, best.parts

    def _place(self, offset: int) -> int:
        return bisect_left(self._tokens, offset, key=lambda token: token.start)

    def _with(self, best: _Best, begin: int) -> _Best:
        """``best`` of the parts so far and of that which begins at ``begin``."""
        part = self._tokens[self._place(begin) : self._place(begin + WIDTH)]
        if not part:
            return best
        scores = score_text(self._model.document, part)
        risk = float(self._model.heads.risk.log_odds(scores[np.newaxis])[0])
        if risk > best.risk:
            return _Best(risk, scores, best.parts + 1)
        return replace(best, parts=best.parts + 1)


@dataclass(frozen=True, slots=True)
class _Best:
    """The ``scores`` (outputs,) of the part with the highest ``risk`` (log-odds) of so many ``parts``."""

    risk: float = -math.inf
    scores: Floats = field(default_factory=lambda: np.zeros(0))
    parts: int = 0
