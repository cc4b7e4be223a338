"""The classifier: a text or dialogue goes in, an :class:`Assessment` comes out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from huashu import artifact as artifacts
from huashu.artifact import Artifact
from huashu.errors import InputError
from huashu.evidence.facts import PERSONAL, find_facts
from huashu.evidence.reasons import explain
from huashu.evidence.script import SCRIPT, missing_moves, timeline, why_not
from huashu.evidence.tactics import tactic_spans
from huashu.labels import HEADLINE, NONE, REPORT, TACTICS
from huashu.live import Session
from huashu.masking import mask
from huashu.reading.analysis import Analysis, analyse
from huashu.reading.dialogue import Dialogue, split
from huashu.reading.normalise import HAN
from huashu.reading.tokens import Cut, Token, default_cut
from huashu.reading.windows import windows
from huashu.result import Assessment, Fact, Reason, Scores, TacticSpan, Verdict, WhyNot
from huashu.scoring.grams import Columns
from huashu.scoring.text_model import document_rows, score, score_many
from huashu.verdict.adjustment import NEUTRAL, Adjustment
from huashu.verdict.decide import FRAUD_COLUMN, REPORT_COLUMN, Heads, Judgement, unread
from huashu.verdict.risk import Calibration

if TYPE_CHECKING:
    from huashu.scoring.bulk import BulkScorer

Source = str | Sequence[Mapping[str, Any]]

SHORT = 6
"""Texts with fewer Chinese characters than this carry the note ``short``."""

_HAN = re.compile(f"[{HAN}]")


class Classifier:
    """A loaded model. Immutable after construction and safe to share between threads."""

    def __init__(self, artifact: Artifact, cut: Cut, operating_point: str | None = None) -> None:
        self._operating_point, point = artifact.operating_point(operating_point)
        self._artifact = artifact
        self._cut = cut
        calibration = artifact.manifest["calibration"]
        self._heads = Heads.from_manifest(calibration, point)
        tactics = [calibration["tactics"][tactic] for tactic in TACTICS.ids]
        self._tactics = Calibration(*(np.array([entry[part] for entry in tactics]) for part in ("slope", "offset")))

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

        Raises InputError when there is nothing to judge, the text is longer than
        ``huashu.reading.dialogue.MAX_CHARACTERS``, a turn is malformed, or the text cannot be encoded.
        """
        analysis = analyse(source, self._cut)
        if not _HAN.search(analysis.normal.text):
            return self._told(unread(), notes=("no_chinese",))
        model, columns = self._artifact.document, Columns.of(analysis.tokens)
        part = self._deciding(analysis.tokens)
        decided = columns if part is analysis.tokens else Columns.of(part)
        read = model.read(document_rows(model, decided))
        said = self._heads.judge(model.score_read(read), adjustment)
        pieces = _pieces(source, analysis.dialogue)
        moves = self._moves(analysis, columns, pieces, said)
        risk, outputs = self._heads.risk, (FRAUD_COLUMN, REPORT_COLUMN)
        return self._told(
            said,
            moves,
            _facts(analysis, pieces),
            explain(analysis, pieces, model, risk, outputs, decided, read, adjustment.reasons),
            why_not(
                said.action,
                self._heads.distance(said),
                said.schemes,
                said.register == REPORT and said.scheme != NONE,
                moves,
                self._artifact.manifest["scripts"],
            ),
            _notes(analysis),
        )

    def _told(
        self,
        said: Judgement,
        moves: tuple[TacticSpan, ...] = (),
        facts: tuple[Fact, ...] = (),
        reasons: tuple[Reason, ...] = (),
        why: WhyNot | None = None,
        notes: tuple[str, ...] = (),
    ) -> Assessment:
        return Assessment(
            action=said.action,
            risk=said.risk,
            score=said.score,
            scheme=said.scheme,
            schemes=said.schemes,
            register=said.register,
            registers=said.registers,
            tactics=moves,
            facts=facts,
            reasons=reasons,
            missing=missing_moves(moves, SCRIPT) if said.scheme == HEADLINE else (),
            timeline=timeline(moves),
            why_not=why,
            notes=notes,
            model_version=self.version,
        )

    def _moves(
        self, analysis: Analysis, columns: Columns, pieces: Sequence[str], said: Judgement
    ) -> tuple[TacticSpan, ...]:
        if said.scheme == NONE:
            return ()
        return tactic_spans(analysis, columns, pieces, self._artifact, self._tactics, said.scheme, said.register)

    def session(self) -> Session:
        """A running verdict on a call whose turns come one by one."""
        return Session(self._artifact.document, self._cut, self._log_odds, self._verdict, self.assess)

    def _log_odds(self, scores: NDArray[np.float64]) -> float:
        return float(self._heads.log_odds(scores[np.newaxis])[0])

    def _verdict(
        self, scores: NDArray[np.float64] | None, turn: Mapping[str, Any], number: int, adjustment: Adjustment
    ) -> Verdict:
        """What ``scores`` (outputs,) of the turns so far mean, with the moves of the last; None: nothing to read."""
        said = unread() if scores is None else self._heads.judge(scores, adjustment)
        moves: tuple[TacticSpan, ...] = ()
        if said.scheme != NONE and _HAN.search(turn["words"]):
            analysis = analyse([turn], self._cut)
            found = self._moves(analysis, Columns.of(analysis.tokens), [turn["words"]], said)
            moves = tuple(replace(span, turn=number) for span in found)
        return Verdict(number, said.action, said.risk, said.score, said.scheme, said.register, moves)

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
        result = self._heads.judge_many(scores, readable)
        result.risk[unusable] = np.nan
        for position in unusable:
            for column in (result.action, result.scheme, result.register):
                column[position] = ""
        return result

    @cached_property
    def _bulk(self) -> BulkScorer:
        """Compiled at the first batch, so that one verdict from a cold start does not pay for it."""
        from huashu.scoring.bulk import BulkScorer

        return BulkScorer(self._artifact.document, self._cut)

    def _deciding(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """The part with the highest risk of a long text (see :mod:`huashu.reading.windows`), all of any other."""
        parts = [tokens, *windows(tokens)]
        if len(parts) == 1:
            return tokens
        return parts[int(self._heads.log_odds(score_many(self._artifact.document, parts)).argmax())]


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
