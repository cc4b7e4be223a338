"""What goes out over HTTP."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any, Literal, Self

from pydantic import BaseModel, Field

from huashu import Assessment, TurnVerdict, Verdict
from huashu.labels import ACTIONS, REGISTERS, SCHEMES, TACTICS
from huashu_api.service.lexicon import Entry, Hit
from huashu_api.service.problems import Problem


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

    @classmethod
    def of(cls, assessment: Assessment, operating_point: str, lexicon_version: int, hits: tuple[Hit, ...]) -> Self:
        """``assessment`` and how it came about: the answer as it is before anybody asks for anything else."""
        return cls(
            **{field.name: getattr(assessment, field.name) for field in fields(Assessment)},
            id=None,
            operating_point=operating_point,
            lexicon_version=lexicon_version,
            lexicon=hits,
            names=None,
        )

    def with_id(self, record: str) -> Self:
        """The same, of which there is a record."""
        return replace(self, id=record)

    def named(self, language: Literal["zh", "en"]) -> Self:
        """The same with names and advice for people in ``language``."""
        scheme = SCHEMES[self.scheme]
        names = Names(
            action=getattr(ACTIONS[self.action], language),
            scheme=getattr(scheme, language),
            register=getattr(REGISTERS[self.register], language),
            tactics={span.tactic: getattr(TACTICS[span.tactic], language) for span in self.tactics},
            advice=getattr(scheme, f"advice_{language}"),
        )
        return replace(self, names=names)

    def to_dict(self) -> dict[str, Any]:
        """As of an assessment; the entries of the lexicon have the weights that they were given."""
        # super() without arguments does not know the class that slots=True puts in this one's place.
        return Assessment.to_dict(self) | {"lexicon": [asdict(hit) for hit in self.lexicon]}


class BatchItem(BaseModel):
    """Exactly one of the two is set."""

    assessment: Answer | None = None
    problem: Problem | None = None


class BatchAnswer(BaseModel):
    """One item for each that was sent, in the same order."""

    items: list[BatchItem]


class FileItem(BaseModel):
    """A text or call of a file: where it stands (``file`` with the names inside an archive; ``row`` counts from 1 and
    is the first of ``rows``; ``case`` from 1 where a ticket was split, and begins at character ``start`` of it),
    ``input`` as it was read, to which offsets refer, and exactly one of ``assessment`` and ``problem``."""

    file: str
    sheet: str | None
    row: int
    rows: int
    id: str | None
    case: int
    start: int
    input: str | list[dict[str, Any]] | None
    assessment: Answer | None = None
    problem: Problem | None = None


class FileAnswer(BaseModel):
    """How a file, or each sheet or file in it, was read, and its items in their order."""

    notes: list[str]
    items: list[FileItem]


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

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        verdicts = [verdict.to_dict() for verdict in self.verdicts]
        return {"session": self.session, "turns": self.turns, "verdicts": verdicts}


class LexiconAnswer(BaseModel):
    """One of the ``pages`` of a version's entries, the oldest first."""

    version: int
    entries: list[Entry]
    pages: int


class Brief(BaseModel):
    """The verdict in short."""

    action: str
    risk: float
    scheme: str

    @classmethod
    def of(cls, verdict: Verdict) -> Self:
        """``verdict``, cut short."""
        plain = verdict.to_dict()
        return cls(**{name: plain[name] for name in cls.model_fields})


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
    """All that is kept of an assessment. ``input`` and ``result`` are masked; ``digest`` is the SHA-256 of ``input``
    (texts as UTF-8, calls as the compact JSON of role, words, begin, end); ``exact`` says that nothing was
    masked. ``feedback`` is one of ``feedback_pages`` pages, the oldest first."""

    id: str
    time: datetime
    channel: str | None
    key: str | None
    digest: str
    exact: bool
    input: str | list[dict[str, Any]]
    result: dict[str, Any]
    model_version: str
    operating_point: str
    lexicon_version: int
    feedback: list[FeedbackAnswer]
    feedback_pages: int


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
