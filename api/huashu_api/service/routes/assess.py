"""Routes that judge: one text or call, or a list of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Response
from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from huashu import InputError
from huashu.reading.dialogue import pieces_of
from huashu_api.service.admission import Admission, admits
from huashu_api.service.answers import Answer, BatchAnswer
from huashu_api.service.judge import Answered, Asked, Judge, shaped
from huashu_api.service.problems import Problem, ServiceError, describe, details, responses
from huashu_api.service.requests import AssessRequest, BatchRequest, DialogueRequest, TextRequest
from huashu_api.service.routes.access import CurrentWorker, Scorer

router = APIRouter(prefix="/v1", tags=["assess"])
_ITEM: TypeAdapter[TextRequest | DialogueRequest] = TypeAdapter(AssessRequest)


@router.post("/assess", response_model=Answer, responses=responses())
@admits(Admission.JUDGING)
async def assess(body: AssessRequest, worker: CurrentWorker, caller: Scorer) -> Response:
    """Judge one text or call. Offsets are characters (Unicode code points) of what was sent. With storage on, `id` is
    that of a record that is on disk when the answer leaves."""
    asked = Asked(body.source, body.evidence)
    worker.check_length(sum(map(len, pieces_of(asked.source))))
    judge = worker.judge.at(body.operating_point)

    def work() -> bytes:
        (outcome,) = worker.answers(judge, [asked], body.masking)
        if isinstance(outcome, InputError):
            raise outcome
        (record,) = worker.issue([outcome], [body.channel], caller.key_id)
        return to_json(shaped(outcome, body, record).to_dict())

    return Response(await worker.gate.run(work, caller.name), media_type="application/json")


@router.post("/assess/batch", response_model=BatchAnswer, responses=responses())
@admits(Admission.JUDGING)
async def assess_batch(body: BatchRequest, worker: CurrentWorker, caller: Scorer) -> Response:
    """Judge a list. Items that cannot be judged have a problem in their place and fail nobody else."""
    limit = worker.settings.max_batch
    if len(body.items) > limit:
        raise ServiceError(422, f"there are {len(body.items):,} items; the limit here is {limit:,}: send less")
    judge = worker.judge
    items = [_read(item, judge) for item in body.items]
    read = [item for item in items if not isinstance(item, Problem)]
    worker.check_length(sum(len(piece) for _, asked in read for piece in pieces_of(asked.source)))

    def work() -> bytes:
        masking = any(request.masking for request, _ in read)
        outcomes = iter(worker.answers(judge, [asked for _, asked in read], masking))
        judged = [item if isinstance(item, Problem) else _judged(item[0], next(outcomes)) for item in items]
        good = [one for one in judged if not isinstance(one, Problem)]
        records = iter(worker.issue([one for _, one in good], [request.channel for request, _ in good], caller.key_id))
        return to_json({"items": [_plain(one, records) for one in judged]})

    return Response(await worker.gate.run(work, caller.name), media_type="application/json")


Request = TextRequest | DialogueRequest


def _read(sent: Any, judge: Judge) -> tuple[Request, Asked] | Problem:
    """An item as it was sent, and what it asks; the problem where it is not one."""
    try:
        request = _ITEM.validate_python(sent)
        judge.at(request.operating_point)
        return request, Asked(request.source, request.evidence, request.operating_point)
    except ValidationError as error:
        return details(422, describe(error))
    except InputError as error:
        return details(422, str(error))


def _judged(request: Request, outcome: Answered | InputError) -> tuple[Request, Answered] | Problem:
    return details(422, str(outcome)) if isinstance(outcome, InputError) else (request, outcome)


def _plain(judged: tuple[Request, Answered] | Problem, records: Iterator[str | None]) -> dict[str, Any]:
    """An item of the answer; its record is the next of ``records``."""
    if isinstance(judged, Problem):
        return {"assessment": None, "problem": judged.model_dump()}
    request, answered = judged
    return {"assessment": shaped(answered, request, next(records)).to_dict(), "problem": None}
