"""A running verdict: turns of a call as they come, the verdict so far after each, at the same cost for every turn."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from huashu.errors import InputError
from huashu.reading.dialogue import MAX_CHARACTERS, check_surrogates, parse_turns
from huashu.reading.normalise import normalise
from huashu.reading.tokens import Cut, Token, tokenise
from huashu.reading.windows import LONG, STEP, WIDTH
from huashu.result import Assessment, Verdict
from huashu.scoring.grams import TURN
from huashu.scoring.growing import RunningScore
from huashu.scoring.linear import Floats, LinearModel
from huashu.scoring.text_model import score
from huashu.verdict.adjustment import NEUTRAL, Adjustment


class Session:
    """A call in progress. Made by :meth:`huashu.Classifier.session`; not to be shared between threads."""

    def __init__(
        self,
        model: LinearModel,
        cut: Cut,
        log_odds: Callable[[Floats], float],
        verdict: Callable[[Floats | None, Mapping[str, Any], int, Adjustment], Verdict],
        assess: Callable[[Sequence[Mapping[str, Any]], Adjustment], Assessment],
    ) -> None:
        self._model, self._cut = model, cut
        self._log_odds, self._verdict, self._assess = log_odds, verdict, assess
        self._running = RunningScore(model)
        self._windows = _RunningWindows(model, log_odds)
        self._turns: list[Mapping[str, Any]] = []
        self._characters = self._length = self._unmarked = 0
        self._readable = False

    def add(self, turn: Mapping[str, Any], adjustment: Adjustment = NEUTRAL) -> Verdict:
        """Take in the next turn ``{"role", "words", "begin"?, "end"?}`` and judge the call so far.

        The verdict is that of :meth:`huashu.Classifier.assess` on the turns so far with this ``adjustment``.
        Raises InputError, and stays as it was, when the turn is malformed or the call becomes longer than
        ``huashu.reading.dialogue.MAX_CHARACTERS``.
        """
        words = parse_turns([turn]).turns[0].words
        check_surrogates(words)
        if self._characters + len(words) > MAX_CHARACTERS:
            raise InputError(f"the call has more than {MAX_CHARACTERS:,} characters: close the session")
        self._characters += len(words)
        self._take("\n" * bool(self._turns) + words, first=not self._turns)
        self._turns.append(dict(turn))
        scores = self._windows.deciding(self._running.scores()) if self._readable else None
        return self._verdict(scores, turn, len(self._turns) - 1, adjustment)

    def assessment(self, adjustment: Adjustment = NEUTRAL) -> Assessment:
        """The call so far with all evidence, as :meth:`huashu.Classifier.assess` gives it; InputError when nothing was
        said yet."""
        return self._assess(self._turns, adjustment)

    def _take(self, text: str, first: bool) -> None:
        normal = normalise(text).text
        tokens = [
            Token(token.text, token.start + self._length, token.end + self._length)
            for token in tokenise(normal, self._cut)
        ]
        self._length += len(normal)
        self._readable = self._readable or any("\u3400" <= char <= "\u9fff" for char in normal)
        marked: list[Token] = []
        for i, token in enumerate(tokens):
            if i == (0 if first else 1):
                self._unmarked += 1
            marked += [Token(TURN, token.start, token.start)] * self._unmarked
            self._unmarked = 0
            marked.append(token)
        if len(tokens) <= (0 if first else 1):  # a turn without tokens: its mark stands before the next token
            self._unmarked += 1
        self._running.add(marked)
        self._windows.add(marked)


class _RunningWindows:
    """The windows of a growing text (see :mod:`huashu.reading.windows`): each complete one is scored once."""

    def __init__(self, model: LinearModel, log_odds: Callable[[Floats], float]) -> None:
        self._model, self._log_odds = model, log_odds
        self._tokens: list[Token] = []
        self._begin = 0
        self._best: tuple[float, Floats] | None = None

    def add(self, tokens: Sequence[Token]) -> None:
        self._tokens += tokens
        while self._tokens and self._tokens[-1].start >= self._begin + WIDTH:
            self._best = self._better(self._best, self._begin)
            self._begin += STEP
            self._tokens = self._tokens[self._place(self._begin) :]

    def deciding(self, whole: Floats) -> Floats:
        """The scores with the highest risk: of the whole text, or of a window when the text is long."""
        end = self._tokens[-1].end if self._tokens else 0
        if end <= LONG:
            return whole
        best = self._best
        for begin in range(self._begin, max(1, end - WIDTH + STEP), STEP):
            best = self._better(best, begin)
        return best[1] if best and best[0] > self._log_odds(whole) else whole

    def _place(self, offset: int) -> int:
        return bisect_left(self._tokens, offset, key=lambda token: token.start)

    def _better(self, best: tuple[float, Floats] | None, begin: int) -> tuple[float, Floats] | None:
        part = self._tokens[self._place(begin) : self._place(begin + WIDTH)]
        if not part:
            return best
        scores = score(self._model, part)
        risk = self._log_odds(scores)
        return (risk, scores) if best is None or risk > best[0] else best
