"""Routes that judge: one text or call, or a list of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from fastapi import APIRouter, Response
from pydantic import TypeAdapter, ValidationError
from pydantic_core import to_json

from huashu import InputError, Source
from huashu.interrupt import checkpoint
from huashu.reading.dialogue import pieces_of
from huashu_api.service.admission import Admission, admits
from huashu_api.service.answers import Answer, BatchAnswer
from huashu_api.service.judge import Judge, shaped
from huashu_api.service.problems import Problem, ServiceError, describe, details, responses
from huashu_api.service.requests import AssessRequest, BatchRequest, DialogueRequest, TextRequest
from huashu_api.service.routes.access import CurrentWorker, Scorer
from huashu_api.service.store.records import Kept

router = APIRouter(prefix="/v1", tags=["assess"])
_ITEM: TypeAdapter[TextRequest | DialogueRequest] = TypeAdapter(AssessRequest)


@router.post("/assess", response_model=Answer, responses=responses())
@admits(Admission.JUDGING)
async def assess(body: AssessRequest, worker: CurrentWorker, caller: Scorer) -> Response:
    """Judge one text or call. Offsets are characters (Unicode code points) of what was sent. With storage on, `id` is
    that of a record that is on disk when the answer leaves."""
    source = body.source
    worker.check_length(sum(map(len, pieces_of(source))))
    judge = worker.judge.at(body.operating_point)

    def work() -> bytes:
        answer = judge.answer(source, body.evidence)
        (issued,) = worker.issue([Kept(source, answer, body.channel)], caller.key_id)
        return to_json(shaped(issued, source, body, worker.settings.masked_kinds).to_dict())

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
    pieces = [piece for item in items if isinstance(item, _Asked) for piece in pieces_of(item.source)]
    worker.check_length(sum(map(len, pieces)))

    def work() -> bytes:
        judged = _judge_all(items, judge)
        answered = [one for one in judged if not isinstance(one, Problem)]
        kept = [Kept(asked.source, answer, asked.request.channel) for asked, answer in answered]
        issued = iter(worker.issue(kept, caller.key_id))
        return to_json({"items": [_plain(one, issued, worker.settings.masked_kinds) for one in judged]})

    return Response(await worker.gate.run(work, caller.name), media_type="application/json")


class _Asked(NamedTuple):
    """An item of a batch that is to be judged, and by whom."""

    request: TextRequest | DialogueRequest
    source: Source
    judge: Judge


def _read(sent: Any, judge: Judge) -> _Asked | Problem:
    """An item as it was sent; the problem where it is not one."""
    try:
        request = _ITEM.validate_python(sent)
        return _Asked(request, request.source, judge.at(request.operating_point))
    except ValidationError as error:
        return details(422, describe(error))
    except InputError as error:
        return details(422, str(error))


def _judge_all(items: Sequence[_Asked | Problem], judge: Judge) -> list[tuple[_Asked, Answer] | Problem]:
    """Each item with its answer; the problem of one that cannot be judged. Those that ask ``judge`` for no evidence are
    judged together where no lexicon applies."""

    def together(asked: _Asked) -> bool:
        return not asked.request.evidence and asked.judge is judge and not judge.lexicon.entries

    sources = [item.source for item in items if isinstance(item, _Asked) and together(item)]
    answers = iter(judge.answers(sources) if sources else ())  # the first batch of a model has to be prepared for
    judged: list[tuple[_Asked, Answer] | Problem] = []
    for item in items:
        if isinstance(item, Problem):
            judged.append(item)
            continue
        outcome = next(answers) if together(item) else _answer(item)
        judged.append(details(422, str(outcome)) if isinstance(outcome, InputError) else (item, outcome))
    return judged


def _answer(asked: _Asked) -> Answer | InputError:
    checkpoint()
    try:
        return asked.judge.answer(asked.source, asked.request.evidence)
    except InputError as error:
        return error


def _plain(judged: tuple[_Asked, Answer] | Problem, issued: Iterator[Answer], kinds: Iterable[str]) -> dict[str, Any]:
    """An item of the answer; its assessment is the next of ``issued``."""
    if isinstance(judged, Problem):
        return {"assessment": None, "problem": judged.model_dump()}
    asked, _ = judged
    return {"assessment": shaped(next(issued), asked.source, asked.request, kinds).to_dict(), "problem": None}
