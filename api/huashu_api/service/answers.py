"""What goes out over HTTP."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from huashu import Assessment, TurnVerdict
from huashu_api.service.problems import Problem
from huashu_api.service.store.lexicon import Entry, Hit


@dataclass(frozen=True, slots=True)
class Names:
    """Names of the labels and advice for the scheme, for people."""

    action: str
    scheme: str
    register: str
    tactics: dict[str, str]
    advice: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Assessment):
    """An assessment with how it came about.

    ``id`` is that of its record, None when nothing is kept; ``lexicon`` are the phrases of the lexicon that were found.
    """

    id: str | None
    operating_point: str
    lexicon_version: int
    lexicon: tuple[Hit, ...]
    names: Names | None


class BatchItem(BaseModel):
    """Exactly one of the two is set."""

    assessment: Answer | None = None
    problem: Problem | None = None


class BatchAnswer(BaseModel):
    """One item for each that was sent, in the same order."""

    items: list[BatchItem]


class SessionInfo(BaseModel):
    """An open session; it ends by itself ``idle_seconds`` after the last call for it."""

    session: str
    turns: int
    idle_seconds: float


@dataclass(frozen=True, slots=True)
class TurnsAnswer:
    """The verdict after each turn that was sent."""

    session: str
    turns: int
    verdicts: tuple[TurnVerdict, ...]


class LexiconAnswer(BaseModel):
    version: int
    entries: list[Entry]


class Brief(BaseModel):
    """The verdict in short."""

    action: str
    risk: float
    scheme: str


class PhraseTestAnswer(BaseModel):
    """The verdict without and with the lexicon, and the phrases found."""

    without: Brief
    with_lexicon: Brief
    hits: list[Hit]


class FeedbackAnswer(BaseModel):
    id: str
    assessment: str
    time: datetime
    scheme: str
    register_: str | None = Field(alias="register")
    note: str | None
    key: str | None


class RecordAnswer(BaseModel):
    """All that is kept of an assessment. ``input`` and ``result`` are masked; ``digest`` is the SHA-256 of the input
    as it was sent (texts as UTF-8, calls as the compact JSON of role, words, begin, end)."""

    id: str
    time: datetime
    channel: str | None
    key: str | None
    digest: str
    input: str | list[dict[str, Any]]
    result: dict[str, Any]
    model_version: str
    operating_point: str
    lexicon_version: int
    feedback: list[FeedbackAnswer]


class ReplayAnswer(BaseModel):
    """A recorded decision beside the one made now. ``same``: action, scheme and register agree. ``exact``: the kept
    input is all that was sent; else personal numbers were masked in it, and the risk can differ where they carried
    weight."""

    same: bool
    exact: bool
    recorded: Answer
    replayed: Answer


class LabelInfo(BaseModel):
    id: str
    zh: str
    en: str
    definition: str
    advice_zh: str
    advice_en: str
    stage: str


class Labels(BaseModel):
    actions: list[LabelInfo]
    schemes: list[LabelInfo]
    registers: list[LabelInfo]
    tactics: list[LabelInfo]
    stages: list[LabelInfo]


class ModelInfo(BaseModel):
    """What answers: model version, the operating point in use and all that it offers, thresholds of the moves, corpus
    and figures, as training recorded them, and the SHA-256 of its files."""

    huashu: str
    version: str
    operating_point: str
    operating_points: dict[str, Any]
    thresholds: dict[str, Any]
    corpus: dict[str, Any]
    metrics: dict[str, Any]
    files: dict[str, str]


class Models(BaseModel):
    """Versions at hand; ``active`` and ``previous`` are None for the one that the service was started with."""

    running: str
    active: str | None
    previous: str | None
    versions: list[str]


class Health(BaseModel):
    status: str = "ok"
