"""Routes that judge: one text or call, or a list of them."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response
from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from huashu import InputError
from huashu_api.service import metrics
from huashu_api.service.admission import Admission, admits
from huashu_api.service.answers import Answer, BatchAnswer
from huashu_api.service.judge import shaped
from huashu_api.service.problems import Problem, ServiceError, describe, details, responses
from huashu_api.service.requests import AssessRequest, BatchRequest, DialogueRequest, TextRequest
from huashu_api.service.routes.access import CurrentWorker, Scorer
from huashu_api.service.store.records import Judged, Source, pieces_of

router = APIRouter(prefix="/v1", tags=["assess"])
_ITEM: TypeAdapter[TextRequest | DialogueRequest] = TypeAdapter(AssessRequest)


def source_of(body: TextRequest | DialogueRequest) -> Source:
    """What is to be judged, as the classifier takes it."""
    return body.text if isinstance(body, TextRequest) else [turn.model_dump() for turn in body.dialogue]


def count(result: dict[str, Any]) -> None:
    """Tell the metrics of a verdict."""
    metrics.ASSESSMENTS.labels(result["action"], result["scheme"], result["model_version"]).inc()


@router.post("/assess", response_model=Answer, responses=responses())
@admits(Admission.JUDGING)
async def assess(body: AssessRequest, worker: CurrentWorker, caller: Scorer) -> Response:
    """Judge one text or call. Offsets are characters (Unicode code points) of what was sent. With storage on, `id` is
    that of a record that is on disk when the answer leaves."""
    source = source_of(body)
    worker.check_length(sum(map(len, pieces_of(source))))
    judge = worker.judge.at(body.operating_point)

    def work() -> bytes:
        result = judge.result(source)
        if worker.settings.store:
            result["id"] = worker.records.keep([Judged(source, result, body.channel)], caller.key_id)[0]
        count(result)
        return to_json(shaped(result, source, body))

    return Response(await worker.gate.run(work), media_type="application/json")


@router.post("/assess/batch", response_model=BatchAnswer, responses=responses())
@admits(Admission.JUDGING)
async def assess_batch(body: BatchRequest, worker: CurrentWorker, caller: Scorer) -> Response:
    """Judge a list. Items that cannot be judged have a problem in their place and fail nobody else."""
    limit = worker.settings.max_batch
    if len(body.items) > limit:
        raise ServiceError(422, f"there are {len(body.items):,} items; the limit here is {limit:,}: send less")
    items: list[TextRequest | DialogueRequest | Problem] = []
    for sent in body.items:
        try:
            item = _ITEM.validate_python(sent)
            worker.judge.at(item.operating_point)
            items.append(item)
        except ValidationError as error:
            items.append(details(422, describe(error)))
        except InputError as error:
            items.append(details(422, str(error)))
    good = [item for item in items if not isinstance(item, Problem)]
    worker.check_length(sum(len(piece) for item in good for piece in pieces_of(source_of(item))))
    judge = worker.judge

    def work() -> bytes:
        judged: dict[int, Judged] = {}
        for place, item in enumerate(items):
            if isinstance(item, Problem):
                continue
            source = source_of(item)
            try:
                judged[place] = Judged(source, judge.at(item.operating_point).result(source), item.channel)
            except InputError as error:
                items[place] = details(422, str(error))
        if worker.settings.store:
            ids = worker.records.keep(list(judged.values()), caller.key_id)
            for one, record_id in zip(judged.values(), ids, strict=True):
                one.result["id"] = record_id
        for one in judged.values():
            count(one.result)
        return to_json({"items": [_item(item, judged.get(place)) for place, item in enumerate(items)]})

    return Response(await worker.gate.run(work), media_type="application/json")


def _item(item: TextRequest | DialogueRequest | Problem, judged: Judged | None) -> dict[str, Any]:
    if isinstance(item, Problem):
        return {"assessment": None, "problem": item.model_dump()}
    assert judged is not None
    return {"assessment": shaped(judged.result, judged.source, item), "problem": None}
