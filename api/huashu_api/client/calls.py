"""What is asked of the service: each endpoint as a value, the same for both clients."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from huashu import Source, TurnVerdict
from huashu_api.client.results import Answer, FileAnswer, Record, Replay, outcome_of, verdict_of
from huashu_api.client.retries import ServiceError

T = TypeVar("T")
Options = Mapping[str, Any]
Turns = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One request and what its answer means: ``convert`` makes a ``T`` of the answer's JSON. What is not ``repeatable``
    must not be heard twice."""

    method: str
    path: str
    body: Mapping[str, Any] | None
    convert: Callable[[Any], T]
    repeatable: bool = True
    file: bytes | None = None
    """The body where it is not JSON."""


def assess(source: Source, options: Options) -> Call[Answer]:
    """Judge one text or list of turns."""
    return Call("POST", "/v1/assess", _item(source, options), Answer.of)


def assess_batch(sources: Sequence[Source], options: Options) -> Call[list[Answer | ServiceError]]:
    """Judge several; a ServiceError stands in the place of one that cannot be judged."""
    items = [_item(source, options) for source in sources]
    return Call("POST", "/v1/assess/batch", {"items": items}, _answers)


def assess_file(name: str, data: bytes, options: Options) -> Call[FileAnswer]:
    """Judge what a file holds."""
    told = {key: str(value).lower() if isinstance(value, bool) else value for key, value in options.items()}
    query = urlencode({"name": name, **{key: value for key, value in told.items() if value is not None}})
    return Call("POST", f"/v1/files?{query}", None, FileAnswer.of, file=data)


def open_session(options: Options) -> Call[str]:
    """Begin a live call; gives its id."""
    return Call("POST", "/v1/sessions", options, lambda data: str(data["session"]))


def add_turns(session: str, turns: Turns, after: int | None) -> Call[list[TurnVerdict]]:
    """Let a live call hear ``turns``; only with ``after`` does the service tell a repeated request from a new one."""
    body = {"turns": turns} if after is None else {"turns": turns, "after": after}
    return Call("POST", f"/v1/sessions/{session}/turns", body, _verdicts, repeatable=after is not None)


def read_session(session: str) -> Call[Answer | None]:
    """The verdict of a live call so far; None before anything was said."""
    return Call("GET", f"/v1/sessions/{session}", None, _answer_or_none)


def close_session(session: str) -> Call[Answer | None]:
    """End a live call; gives the final verdict, None when nothing was said."""
    return Call("DELETE", f"/v1/sessions/{session}", None, _answer_or_none)


def feedback(assessment: str, scheme: str, options: Options) -> Call[str]:
    """Keep what a reviewer says; gives the feedback's id."""
    body = {"assessment": assessment, "scheme": scheme, **options}
    return Call("POST", "/v1/feedback", body, lambda data: str(data["id"]))


def record(assessment: str, page: int) -> Call[Record]:
    """All that is kept of an assessment, with a page of its feedback."""
    return Call("GET", f"/v1/assessments/{assessment}?page={page}", None, Record.of)


def replay(assessment: str, options: Options) -> Call[Replay]:
    """A recorded decision made again."""
    return Call("POST", f"/v1/assessments/{assessment}/replay", options, Replay.of)


def model() -> Call[dict[str, Any]]:
    """What answers."""
    return Call("GET", "/v1/model", None, dict)


def _item(source: Source, options: Options) -> dict[str, Any]:
    return {"text" if isinstance(source, str) else "dialogue": source, **options}


def _answers(data: Mapping[str, Any]) -> list[Answer | ServiceError]:
    return [outcome_of(item) for item in data["items"]]


def _answer_or_none(data: Mapping[str, Any] | None) -> Answer | None:
    return None if data is None else Answer.of(data)


def _verdicts(data: Mapping[str, Any]) -> list[TurnVerdict]:
    return [verdict_of(verdict) for verdict in data["verdicts"]]
