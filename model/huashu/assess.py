"""The classifier: a text or dialogue goes in, an :class:`Assessment` comes out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huashu import artifact as artifacts
from huashu.artifact import Artifact
from huashu.dialogue import Dialogue
from huashu.errors import InputError
from huashu.facts import find_facts
from huashu.features import Analysis, analyse
from huashu.labels import HEADLINE, NONE, REGISTERS, SCHEMES, TACTICS
from huashu.reasons import explain
from huashu.result import Assessment, Fact, Scores
from huashu.risk import Calibration, RiskModel, sigmoid
from huashu.segment import Cut, Token, default_cut
from huashu.tactics import missing_moves, tactic_spans
from huashu.text import HAN
from huashu.windows import windows

Source = str | Sequence[Mapping[str, Any]]

SCRIPT = (
    "service_identity",
    "device_expiry",
    "rate_threat",
    "settlement_threat",
    "gift_lure",
    "channel_switch",
    "terminal_delivery",
    "first_swipe",
    "fee_deduction",
    "refund_promise",
    "refund_stalling",
    "harassment",
)
"""The moves of the upgrade-fee script in their usual order; ``Assessment.missing`` is told against it."""

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
        points: Mapping[str, Any] = artifact.manifest["operating_points"]
        name = artifact.manifest["default_operating_point"] if operating_point is None else operating_point
        if name not in points:
            raise InputError(f"unknown operating point {name!r}; this model has {', '.join(points)}")
        self._operating_point = str(name)
        self._thresholds: Mapping[str, float] = points[name]
        self._artifact = artifact
        self._cut = cut
        calibration = artifact.manifest["calibration"]
        self._risk = RiskModel.from_manifest(calibration["risk"])
        self._tactics = [Calibration(**calibration["tactics"][tactic]) for tactic in TACTICS.ids]
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

    def assess(self, source: Source) -> Assessment:
        """Judge one text, or one dialogue given as a list of turns ``{"role", "words", "begin"?, "end"?}``.

        Raises InputError when there is nothing to judge, the text is longer than ``huashu.dialogue.MAX_CHARACTERS``,
        a turn is malformed, or the text cannot be encoded.
        """
        analysis = analyse(source, self._cut)
        if not _HAN.search(analysis.normal.text):
            return self._nothing_to_read()
        part = self._deciding(analysis.tokens)
        scores = self._artifact.document.score(part)
        log_odds, schemes, registers = self._heads(scores[np.newaxis])
        risk = float(sigmoid(log_odds)[0])
        action = self._action(risk)
        scheme = self._scheme(schemes[0], action)
        pieces = _pieces(source, analysis.dialogue)
        moves = () if scheme == NONE else tactic_spans(analysis, pieces, self._artifact, self._tactics)
        return Assessment(
            action=action,
            risk=risk,
            score=float(log_odds[0]),
            scheme=scheme,
            schemes=dict(zip(SCHEMES.ids, schemes[0].tolist(), strict=True)),
            register=REGISTERS.ids[int(registers[0].argmax())],
            registers=dict(zip(REGISTERS.ids, registers[0].tolist(), strict=True)),
            tactics=moves,
            facts=_facts(analysis, pieces),
            reasons=explain(
                replace(analysis, tokens=part),
                pieces,
                self._artifact.document,
                self._risk,
                (FRAUD_COLUMN, REPORT_COLUMN),
            ),
            missing=missing_moves(moves, SCRIPT) if scheme == HEADLINE else (),
            notes=_notes(analysis),
            model_version=self.version,
        )

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
            notes=("no_chinese",),
            model_version=self.version,
        )

    def score(self, sources: Iterable[Source]) -> Scores:
        """Judge many texts without evidence; the same risk, action, scheme and register as :meth:`assess` gives.

        Raises InputError naming the position (from 0) of the first input that cannot be judged.
        """
        analysed, readable = [], []
        for position, source in enumerate(sources):
            try:
                analysis = analyse(source, self._cut)
            except InputError as error:
                raise InputError(f"text {position}: {error}") from None
            analysed.append(self._deciding(analysis.tokens))
            readable.append(_HAN.search(analysis.normal.text) is not None)
        log_odds, schemes, registers = self._heads(self._artifact.document.score_many(analysed))
        risks = sigmoid(log_odds)
        unread = ~np.array(readable, dtype=bool)
        risks[unread] = 0.0
        schemes[unread] = np.eye(len(SCHEMES.ids))[SCHEMES.ids.index(NONE)]
        registers[unread] = np.eye(len(REGISTERS.ids))[0]
        actions = [self._action(risk) for risk in risks.tolist()]
        return Scores(
            risk=risks,
            action=actions,
            scheme=[self._scheme(row, action) for row, action in zip(schemes, actions, strict=True)],
            register=[REGISTERS.ids[i] for i in registers.argmax(axis=1)] if len(analysed) else [],
        )

    def _deciding(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """The part with the highest risk of a long text (see :mod:`huashu.windows`), all of any other."""
        parts = [tokens, *windows(tokens)]
        if len(parts) == 1:
            return tokens
        log_odds, _, _ = self._heads(self._artifact.document.score_many(parts))
        return parts[int(log_odds.argmax())]

    def _heads(
        self, scores: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Log-odds of risk (n,), scheme (n, 16) and register (n, 4) probabilities from document scores (n, 22)."""
        return (
            self._risk.log_odds(scores[:, FRAUD_COLUMN], scores[:, REPORT_COLUMN]),
            _softmax(self._sharpness["schemes"] * scores[:, SCHEME_COLUMNS]),
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
    for finding in find_facts(analysis.normal.text):
        turn, start, end = analysis.locate(finding.start, finding.end)
        marked_turn = turn if analysis.dialogue.marked else None
        facts.append(Fact(finding.kind, start, end, pieces[turn][start:end], finding.value, marked_turn))
    return tuple(sorted(facts, key=lambda fact: (fact.turn or 0, fact.start)))


def _notes(analysis: Analysis) -> tuple[str, ...]:
    return ("short",) if len(_HAN.findall(analysis.normal.text)) < SHORT else ()
