"""What the client gives back: the answers as small frozen values. Fields that a newer service adds are left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar

from huashu import Assessment, Fact, Part, Reason, Source, Stage, TacticSpan, TurnVerdict, WhyNot
from huashu_api.client.retries import ServiceError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

T = TypeVar("T", bound="DataclassInstance")


def _made(kind: type[T], data: Mapping[str, Any], **others: Any) -> T:
    """A ``kind`` with the fields that ``data`` has of it, ``others`` instead of those of the same name."""
    known = {field.name for field in fields(kind)}
    return kind(**{name: value for name, value in data.items() if name in known} | others)


def _all(kind: type[T], data: Iterable[Mapping[str, Any]]) -> tuple[T, ...]:
    return tuple(_made(kind, item) for item in data)


def verdict_of(data: Mapping[str, Any]) -> TurnVerdict:
    """The verdict after a turn."""
    return _made(TurnVerdict, data, tactics=_all(TacticSpan, data["tactics"]))


def _assessment(data: Mapping[str, Any]) -> Assessment:
    part, why_not = data.get("part"), data["why_not"]
    return _made(
        Assessment,
        data,
        part=None if part is None else _made(Part, part),
        tactics=_all(TacticSpan, data["tactics"]),
        facts=_all(Fact, data["facts"]),
        reasons=_all(Reason, data["reasons"]),
        timeline=tuple(Stage(item["stage"], tuple(item["spans"])) for item in data["timeline"]),
        missing=tuple(data["missing"]),
        notes=tuple(data["notes"]),
        why_not=None if why_not is None else _made(WhyNot, why_not, tactics=tuple(why_not["tactics"])),
    )


@dataclass(frozen=True, slots=True)
class Hit:
    """A phrase of the lexicon that was found; offsets as in ``TacticSpan``."""

    id: str
    phrase: str
    scheme: str
    weight: float
    start: int
    end: int
    turn: int | None


@dataclass(frozen=True, slots=True)
class Answer:
    """An assessment with how it came about: ``id`` of its record (None when nothing is kept), operating point, version
    of the lexicon and its phrases that were found, and names for people where a language was asked for."""

    assessment: Assessment
    id: str | None
    operating_point: str
    lexicon_version: int
    lexicon: tuple[Hit, ...]
    names: Mapping[str, Any] | None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """The answer of ``POST /v1/assess``, as parsed JSON."""
        return _made(cls, data, assessment=_assessment(data), lexicon=_all(Hit, data["lexicon"]))


def outcome_of(item: Mapping[str, Any]) -> Answer | ServiceError:
    """What became of one of several: its answer, or its problem, which is not raised."""
    problem = item["problem"]
    return ServiceError(problem["status"], problem["detail"]) if problem else Answer.of(item["assessment"])


@dataclass(frozen=True, slots=True)
class FileItem:
    """A text or call of a file: where it stands (``file`` with the names inside an archive; ``row`` counts from 1 and
    is the first of ``rows``; ``case`` from 1 where a ticket was split, and begins at character ``start`` of it),
    ``input`` as it was read, to which offsets refer, and its answer or problem."""

    file: str
    sheet: str | None
    row: int
    rows: int
    id: str | None
    case: int
    start: int
    input: Source | None
    outcome: Answer | ServiceError

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """An item of the answer of ``POST /v1/files``, as parsed JSON."""
        return _made(cls, data, outcome=outcome_of(data))


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """How a file, or each sheet or file in it, was read, and its items in their order."""

    notes: tuple[str, ...]
    items: tuple[FileItem, ...]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """The answer of ``POST /v1/files``, as parsed JSON."""
        return cls(tuple(data["notes"]), tuple(map(FileItem.of, data["items"])))


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reviewer said a text is; ``key`` is the id of the reviewer's API key."""

    id: str
    time: datetime
    scheme: str
    register: str | None
    note: str | None
    key: str | None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """A feedback of a record's JSON."""
        return _made(cls, data, time=datetime.fromisoformat(data["time"]))


@dataclass(frozen=True, slots=True)
class Record:
    """All that is kept of an assessment. ``input`` and ``answer`` are masked; ``digest`` is the SHA-256 of
    ``input``; ``exact`` says that nothing was masked; ``key`` is the id of the API key that sent it."""

    id: str
    time: datetime
    channel: str | None
    key: str | None
    digest: str
    exact: bool
    input: str | list[Mapping[str, Any]]
    answer: Answer
    feedback: tuple[Feedback, ...]
    feedback_pages: int

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """The answer of ``GET /v1/assessments/{id}``, as parsed JSON."""
        return _made(
            cls,
            data,
            time=datetime.fromisoformat(data["time"]),
            answer=Answer.of(data["result"]),
            feedback=tuple(map(Feedback.of, data["feedback"])),
        )


@dataclass(frozen=True, slots=True)
class Replay:
    """A recorded decision beside the one made now. ``same``: action, scheme and register agree; ``exact``: the kept
    input, which is judged, is all that was sent (else something in it was masked)."""

    same: bool
    exact: bool
    recorded: Answer
    replayed: Answer

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Self:
        """The answer of ``POST /v1/assessments/{id}/replay``, as parsed JSON."""
        return _made(cls, data, recorded=Answer.of(data["recorded"]), replayed=Answer.of(data["replayed"]))
