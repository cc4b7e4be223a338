"""Routes for reviewers: what is kept of a decision, the decision made again, and what a person says of it."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Path, Response
from pydantic_core import to_json

from huashu import InputError
from huashu_api.service.admission import Admission, admits
from huashu_api.service.answers import FeedbackAnswer, RecordAnswer, ReplayAnswer
from huashu_api.service.judge import Asked, Judge
from huashu_api.service.problems import responses
from huashu_api.service.requests import HEX_ID, FeedbackRequest, PageNumber, ReplayRequest
from huashu_api.service.routes.access import CurrentWorker, Reviewer
from huashu_api.service.store import lexicons
from huashu_api.service.store.tables import Feedback

router = APIRouter(prefix="/v1", tags=["review"])
AssessmentId = Annotated[str, Path(pattern=HEX_ID)]
VERDICT = ("action", "scheme", "register")
"""What has to agree for two verdicts to be the same."""


@router.post("/feedback", status_code=201, responses=responses(404))
@admits(Admission.KEYED)
async def feedback(body: FeedbackRequest, worker: CurrentWorker, caller: Reviewer) -> FeedbackAnswer:
    """Keep what a reviewer says an assessed text is."""
    row = await asyncio.to_thread(
        worker.records.correct, body.assessment, body.scheme, body.register_, body.note, caller.key_id
    )
    return _feedback(row)


@router.get("/assessments/{assessment_id}", responses=responses(404))
@admits(Admission.KEYED)
async def record(
    assessment_id: AssessmentId, worker: CurrentWorker, caller: Reviewer, page: PageNumber = 1
) -> RecordAnswer:
    """All that is kept of an assessment: the decision with the evidence that was asked for, and the masked input, of
    which a replay gives all of it. Of its feedback a page of 100 is told."""
    row, given, pages = await asyncio.to_thread(worker.records.get, assessment_id, page)
    return RecordAnswer(
        id=row.id,
        time=row.time,
        channel=row.channel,
        key=row.key_id,
        digest=row.digest,
        exact=row.exact,
        input=row.input,
        result=row.result,
        model_version=row.model_version,
        operating_point=row.operating_point,
        lexicon_version=row.lexicon_version,
        feedback=[_feedback(item) for item in given],
        feedback_pages=pages,
    )


@router.post("/assessments/{assessment_id}/replay", response_model=ReplayAnswer, responses=responses(404, 409))
@admits(Admission.KEYED)
async def replay(assessment_id: AssessmentId, body: ReplayRequest, worker: CurrentWorker, caller: Reviewer) -> Response:
    """Judge the kept input again, with the model, lexicon and operating point of the record or with others. What is
    judged is the masked input: `exact` says whether that is all that was sent. Nothing is kept of it."""
    row, *_ = await asyncio.to_thread(worker.records.get, assessment_id)

    def work() -> bytes:
        version = body.lexicon_version
        judge = Judge(
            worker.classifier(body.model_version or row.model_version),
            lexicons.read(worker.store, row.lexicon_version if version is None else version),
            worker.folder(body.model_version or row.model_version),
        ).at(body.operating_point or row.operating_point)
        (outcome,) = worker.answers(judge, [Asked(row.input)])
        if isinstance(outcome, InputError):
            raise outcome
        replayed = outcome.answer
        return to_json(
            {
                "same": all(getattr(replayed, name) == row.result[name] for name in VERDICT),
                "exact": row.exact,
                "recorded": row.result,
                "replayed": replayed.to_dict(),
            }
        )

    return Response(await worker.gate.run(work, caller.name), media_type="application/json")


def _feedback(row: Feedback) -> FeedbackAnswer:
    return FeedbackAnswer(
        id=row.id,
        assessment=row.assessment_id,
        time=row.time,
        scheme=row.scheme,
        register=row.register,
        note=row.note,
        key=row.key_id,
    )
