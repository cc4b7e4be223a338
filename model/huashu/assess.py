"""The classifier: a text or dialogue goes in, an :class:`Assessment` comes out."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from huashu import artifact as artifacts
from huashu.adjustment import NEUTRAL, Adjustment
from huashu.artifact import Artifact
from huashu.dialogue import Dialogue, split
from huashu.document import document_rows, score, score_many
from huashu.errors import InputError
from huashu.facts import PERSONAL, find_facts
from huashu.features import Analysis, analyse
from huashu.grams import Columns
from huashu.labels import HEADLINE, NONE, REGISTERS, REPORT, SCHEMES, TACTICS
from huashu.masking import mask
from huashu.reasons import explain
from huashu.result import Assessment, Fact, Scores, TacticSpan, Verdict
from huashu.risk import Calibration, RiskModel, sigmoid
from huashu.script import SCRIPT, missing_moves, timeline, why_not
from huashu.segment import Cut, Token, default_cut
from huashu.session import Session
from huashu.tactics import tactic_spans
from huashu.text import HAN
from huashu.windows import windows

if TYPE_CHECKING:
    from huashu.bulk import BulkScorer

Source = str | Sequence[Mapping[str, Any]]

FRAUD_COLUMN, REPORT_COLUMN = 0, 1
SCHEME_COLUMNS = slice(2, 2 + len(SCHEMES.ids))
REGISTER_COLUMNS = slice(SCHEME_COLUMNS.stop, SCHEME_COLUMNS.stop + len(REGISTERS.ids))
"""Where the document model's outputs stand."""

SHORT = 6
"""Texts with fewer Chinese characters than this carry the note ``short``."""

_HAN = re.compile(f"[{HAN}]")


class Classifier:
    """A loaded model. Immutable after construction and safe to share between threads."""

    def __init__(self, artifact: Artifact, cut: Cut, operating_point: str | None = None) -> None:
        self._operating_point, self._thresholds = artifact.operating_point(operating_point)
        self._artifact = artifact
        self._cut = cut
        calibration = artifact.manifest["calibration"]
        self._risk = RiskModel.from_manifest(calibration["risk"])
        tactics = [calibration["tactics"][tactic] for tactic in TACTICS.ids]
        self._tactics = Calibration(*(np.array([entry[part] for entry in tactics]) for part in ("slope", "offset")))
        self._sharpness: Mapping[str, float] = calibration["sharpness"]

    @classmethod
    def load(cls, path: Path | str | None = None, operating_point: str | None = None) -> Classifier:
        """The shipped model, or the artifact in the folder ``path``, at one of its operating points by name (default:
        the model's own). ArtifactError when it cannot be used, InputError when it has no such operating point."""
        return cls(artifacts.load(artifacts.SHIPPED if path is None else path), default_cut(), operating_point)

    def at(self, operating_point: str | None) -> Classifier:
        """The same model at another of its operating points (None: its default); costs next to nothing. InputError when
        it has no such point."""
        return Classifier(self._artifact, self._cut, operating_point)

    @property
    def operating_point(self) -> str:
        """Name of the operating point whose thresholds decide between alert, review and pass."""
        return self._operating_point

    @property
    def version(self) -> str:
        """Name of the model, as in ``Assessment.model_version``."""
        return self._artifact.version

    @property
    def manifest(self) -> Mapping[str, Any]:
        """What training recorded: labels, thresholds, calibration, metrics, corpus digest, library versions."""
        return self._artifact.manifest

    def assess(self, source: Source, adjustment: Adjustment = NEUTRAL) -> Assessment:
        """Judge one text, or one dialogue given as a list of turns ``{"role", "words", "begin"?, "end"?}``, with
        ``adjustment`` added to what the model says.

        Raises InputError when there is nothing to judge, the text is longer than ``huashu.dialogue.MAX_CHARACTERS``,
        a turn is malformed, or the text cannot be encoded.
        """
        analysis = analyse(source, self._cut)
        if not _HAN.search(analysis.normal.text):
            return self._nothing_to_read()
        model, columns = self._artifact.document, Columns.of(analysis.tokens)
        part = self._deciding(analysis.tokens)
        decided = columns if part is analysis.tokens else Columns.of(part)
        read = model.read(document_rows(model, decided))
        scores = model.score_read(read)
        log_odds, schemes, registers = self._heads(scores[np.newaxis], adjustment)
        risk = float(sigmoid(log_odds)[0])
        action = self._action(risk)
        scheme = self._scheme(schemes[0], action)
        pieces = _pieces(source, analysis.dialogue)
        by_scheme = dict(zip(SCHEMES.ids, schemes[0].tolist(), strict=True))
        register = REGISTERS.ids[int(registers[0].argmax())]
        score = float(log_odds[0])
        moves = (
            ()
            if scheme == NONE
            else tactic_spans(analysis, columns, pieces, self._artifact, self._tactics, scheme, register)
        )
        return Assessment(
            action=action,
            risk=risk,
            score=score,
            scheme=scheme,
            schemes=by_scheme,
            register=register,
            registers=dict(zip(REGISTERS.ids, registers[0].tolist(), strict=True)),
            tactics=moves,
            facts=_facts(analysis, pieces),
            reasons=explain(
                analysis,
                pieces,
                model,
                self._risk,
                (FRAUD_COLUMN, REPORT_COLUMN),
                decided,
                read,
                adjustment.reasons,
            ),
            missing=missing_moves(moves, SCRIPT) if scheme == HEADLINE else (),
            timeline=timeline(moves),
            why_not=why_not(
                action,
                self._distance(action, score),
                by_scheme,
                register == REPORT and scheme != NONE,
                moves,
                self._artifact.manifest["scripts"],
            ),
            notes=_notes(analysis),
            model_version=self.version,
        )

    def _distance(self, action: str, score: float) -> float:
        """Log-odds from ``score`` to the next action's threshold; 0 for an alert."""
        if action == "alert":
            return 0.0
        threshold = self._thresholds["review" if action == "pass" else "alert"]
        return math.log(threshold / (1 - threshold)) - score

    def session(self) -> Session:
        """A running verdict on a call whose turns come one by one."""
        return Session(self._artifact.document, self._cut, self._log_odds, self._verdict, self.assess)

    def _log_odds(self, scores: NDArray[np.float64]) -> float:
        return float(self._heads(scores[np.newaxis])[0][0])

    def _verdict(
        self, scores: NDArray[np.float64] | None, turn: Mapping[str, Any], number: int, adjustment: Adjustment
    ) -> Verdict:
        """What ``scores`` (outputs,) of the turns so far mean, with the moves of the last; None: nothing to read."""
        if scores is None:
            nothing = self._nothing_to_read()
            return Verdict(number, nothing.action, 0.0, 0.0, nothing.scheme, nothing.register, ())
        log_odds, schemes, registers = self._heads(scores[np.newaxis], adjustment)
        risk = float(sigmoid(log_odds)[0])
        action = self._action(risk)
        scheme, register = self._scheme(schemes[0], action), REGISTERS.ids[int(registers[0].argmax())]
        moves: tuple[TacticSpan, ...] = ()
        if scheme != NONE and _HAN.search(turn["words"]):
            analysis = analyse([turn], self._cut)
            columns = Columns.of(analysis.tokens)
            found = tactic_spans(analysis, columns, [turn["words"]], self._artifact, self._tactics, scheme, register)
            moves = tuple(replace(span, turn=number) for span in found)
        return Verdict(number, action, risk, float(log_odds[0]), scheme, register, moves)

    def _nothing_to_read(self) -> Assessment:
        """The verdict on a text without a single Chinese character: it passes, unjudged, and says so."""
        none, pitch = SCHEMES.ids.index(NONE), 0
        return Assessment(
            action="pass",
            risk=0.0,
            score=0.0,
            scheme=NONE,
            schemes={name: float(i == none) for i, name in enumerate(SCHEMES.ids)},
            register=REGISTERS.ids[pitch],
            registers={name: float(i == pitch) for i, name in enumerate(REGISTERS.ids)},
            tactics=(),
            facts=(),
            reasons=(),
            missing=(),
            timeline=timeline(()),
            why_not=None,
            notes=("no_chinese",),
            model_version=self.version,
        )

    def score(self, sources: Iterable[Source], on_error: Callable[[int, InputError], object] | None = None) -> Scores:
        """Judge many texts without evidence; the same risk, action, scheme and register as :meth:`assess` gives.

        Raises InputError naming the position (from 0) of the first input that cannot be judged. With ``on_error`` it is
        told position and error instead, and that input has the risk NaN and empty strings.
        """
        given, inputs, unusable = [], [], []
        for position, source in enumerate(sources):
            given.append(source)
            try:
                inputs.append(split(source))
            except InputError as error:
                if on_error is None:
                    raise InputError(f"text {position}: {error}") from None
                on_error(position, error)
                unusable.append(position)
                inputs.append(([""], False))
        scores, readable, apart = self._bulk.score(inputs)
        for position in np.flatnonzero(apart).tolist():
            tokens = analyse(given[position], self._cut).tokens
            scores[position] = score(self._artifact.document, self._deciding(tokens))
        log_odds, schemes, registers = self._heads(scores)
        risks = sigmoid(log_odds)
        unread = ~readable
        risks[unread] = 0.0
        schemes[unread] = np.eye(len(SCHEMES.ids))[SCHEMES.ids.index(NONE)]
        registers[unread] = np.eye(len(REGISTERS.ids))[0]
        alert = risks >= self._thresholds["alert"]
        actions = np.where(alert, "alert", np.where(risks >= self._thresholds["review"], "review", "pass"))
        schemes[alert, SCHEMES.ids.index(NONE)] = -1
        scheme_ids, register_ids = SCHEMES.ids, REGISTERS.ids
        result = Scores(
            risk=risks,
            action=actions.tolist(),
            scheme=[scheme_ids[i] for i in schemes.argmax(axis=1).tolist()],
            register=[register_ids[i] for i in registers.argmax(axis=1).tolist()],
        )
        risks[unusable] = np.nan
        for position in unusable:
            for column in (result.action, result.scheme, result.register):
                column[position] = ""
        return result

    @cached_property
    def _bulk(self) -> BulkScorer:
        """Compiled at the first batch, so that one verdict from a cold start does not pay for it."""
        from huashu.bulk import BulkScorer

        return BulkScorer(self._artifact.document, self._cut)

    def _deciding(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """The part with the highest risk of a long text (see :mod:`huashu.windows`), all of any other."""
        parts = [tokens, *windows(tokens)]
        if len(parts) == 1:
            return tokens
        log_odds, _, _ = self._heads(score_many(self._artifact.document, parts))
        return parts[int(log_odds.argmax())]

    def _heads(
        self, scores: NDArray[np.float64], adjustment: Adjustment = NEUTRAL
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Log-odds of risk (n,), scheme (n, 16) and register (n, 4) probabilities from document scores (n, 22)."""
        return (
            self._risk.log_odds(scores[:, FRAUD_COLUMN], scores[:, REPORT_COLUMN]) + adjustment.score,
            _softmax(self._sharpness["schemes"] * scores[:, SCHEME_COLUMNS] + adjustment.on_schemes),
            _softmax(self._sharpness["registers"] * scores[:, REGISTER_COLUMNS]),
        )

    def _action(self, risk: float) -> str:
        if risk >= self._thresholds["alert"]:
            return "alert"
        return "review" if risk >= self._thresholds["review"] else "pass"

    @staticmethod
    def _scheme(probabilities: NDArray[np.float64], action: str) -> str:
        """The likeliest scheme; an alert always names one that is not ``none``."""
        none = SCHEMES.ids.index(NONE)
        if action == "alert":
            probabilities = np.where(np.arange(len(probabilities)) == none, -1, probabilities)
        return SCHEMES.ids[int(probabilities.argmax())]


def _softmax(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)  # type: ignore[no-any-return]


def _pieces(source: Source, dialogue: Dialogue) -> list[str]:
    """For each turn the raw string that its offsets refer to: its own words in a list of turns, else the whole text."""
    if isinstance(source, str):
        return [source] * len(dialogue.turns)
    return [turn.words for turn in dialogue.turns]


def _facts(analysis: Analysis, pieces: Sequence[str]) -> tuple[Fact, ...]:
    facts = []
    for found in find_facts(analysis.normal.text):
        turn, start, end = analysis.locate(found.start, found.end)
        quote, value = pieces[turn][start:end], found.value
        if found.kind in PERSONAL:
            quote, value = mask(quote), mask(value)
        marked_turn = turn if analysis.dialogue.marked else None
        facts.append(Fact(found.kind, start, end, quote, value, found.role, marked_turn))
    return tuple(sorted(facts, key=lambda fact: (fact.turn or 0, fact.start)))


def _notes(analysis: Analysis) -> tuple[str, ...]:
    return ("short",) if len(_HAN.findall(analysis.normal.text)) < SHORT else ()
