"""Routes that judge: one text or call, or a list of them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from huashu import InputError
from huashu_api.service import metrics
from huashu_api.service.access import Here, Scorer
from huashu_api.service.answers import Answer, BatchAnswer
from huashu_api.service.problems import Problem, ServiceError, describe, responses
from huashu_api.service.records import Source, pieces_of
from huashu_api.service.schemas import AssessRequest, BatchRequest, DialogueRequest, TextRequest
from huashu_api.service.state import shaped

router = APIRouter(prefix="/v1", tags=["assess"])
_ITEM: TypeAdapter[TextRequest | DialogueRequest] = TypeAdapter(AssessRequest)


def source_of(body: TextRequest | DialogueRequest) -> Source:
    """What is to be judged, as the classifier takes it."""
    return body.text if isinstance(body, TextRequest) else [turn.model_dump() for turn in body.dialogue]


def count(result: dict[str, Any]) -> None:
    """Tell the metrics of a verdict."""
    metrics.ASSESSMENTS.labels(result["action"], result["scheme"], result["model_version"]).inc()


@router.post("/assess", response_model=Answer, responses=responses())
async def assess(body: AssessRequest, here: Here, caller: Scorer) -> Response:
    """Judge one text or call. Offsets are characters (Unicode code points) of what was sent. With storage on, `id` is
    that of a record that is on disk when the answer leaves."""
    source = source_of(body)
    here.check_length(sum(map(len, pieces_of(source))))
    judge = here.judge.at(body.operating_point)

    def work() -> bytes:
        result = judge.result(source)
        if here.settings.store:
            result["id"] = here.records.keep([(source, result)], body.channel, caller.key_id)[0]
        count(result)
        return to_json(shaped(result, source, body))

    return Response(await here.gate.run(work), media_type="application/json")


@router.post("/assess/batch", response_model=BatchAnswer, responses=responses())
async def assess_batch(body: BatchRequest, here: Here, caller: Scorer) -> Response:
    """Judge a list. Items that cannot be judged have a problem in their place and fail nobody else."""
    limit = here.settings.max_batch
    if len(body.items) > limit:
        raise ServiceError(422, f"there are {len(body.items):,} items; the limit here is {limit:,}: send less")
    items: list[TextRequest | DialogueRequest | Problem] = []
    for sent in body.items:
        try:
            item = _ITEM.validate_python(sent)
            here.judge.at(item.operating_point)
            items.append(item)
        except ValidationError as error:
            items.append(_refused(describe(error)))
        except InputError as error:
            items.append(_refused(str(error)))
    good = [item for item in items if not isinstance(item, Problem)]
    here.check_length(sum(len(piece) for item in good for piece in pieces_of(source_of(item))))
    judge = here.judge

    def work() -> bytes:
        answers: list[dict[str, Any]] = []
        kept: dict[str | None, list[tuple[Source, dict[str, Any]]]] = {}
        for item in items:
            if isinstance(item, Problem):
                answers.append({"assessment": None, "problem": item.model_dump()})
                continue
            source = source_of(item)
            try:
                result = judge.at(item.operating_point).result(source)
            except InputError as error:
                answers.append({"assessment": None, "problem": _refused(str(error)).model_dump()})
                continue
            kept.setdefault(item.channel, []).append((source, result))
            answers.append({"assessment": result, "problem": None, "_": (source, item)})
        for channel, pairs in kept.items():
            ids = here.records.keep(pairs, channel, caller.key_id) if here.settings.store else [None] * len(pairs)
            for (_, result), record_id in zip(pairs, ids, strict=True):
                result["id"] = record_id
                count(result)
        for answer in answers:
            if "_" in answer:
                answer["assessment"] = shaped(answer["assessment"], *answer.pop("_"))
        return to_json({"items": answers})

    return Response(await here.gate.run(work), media_type="application/json")


def _refused(detail: str) -> Problem:
    return Problem(title="Unprocessable Content", status=422, detail=detail)
