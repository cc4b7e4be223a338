"""The route that takes a file: a table, a call, a letter, an archive of such."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pydantic_core import to_json

from huashu_api.ingest import ReadOptions
from huashu_api.service.admission import Admission, admits
from huashu_api.service.answers import FileAnswer
from huashu_api.service.judge import Answered, shaped
from huashu_api.service.problems import ServiceError, responses
from huashu_api.service.requests import FileOptions
from huashu_api.service.routes.access import CurrentWorker, Scorer
from huashu_api.service.uploads import JudgedItem, Upload

router = APIRouter(prefix="/v1", tags=["assess"])
_SHARE = 0.7
"""Part of the deadline in which items are judged; the rest is for reading and answering."""
_BODY = {
    "required": True,
    "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
}


@router.post("/files", response_model=FileAnswer, responses=responses(), openapi_extra={"requestBody": _BODY})
@admits(Admission.UPLOAD)
async def assess_file(
    request: Request, options: Annotated[FileOptions, Query()], worker: CurrentWorker, caller: Scorer
) -> Response:
    """Judge what a file holds: the body is the file, whatever `huashu score` reads. What cannot be read or judged has
    a problem in its place. Offsets are characters (Unicode code points) of the item's `input`."""
    data = await request.body()
    if not data:
        raise ServiceError(422, "the body is empty; send the file in it")
    judge = worker.judge.at(options.operating_point)
    settings = worker.settings
    reading = ReadOptions(
        columns={} if options.text is None else {"text": options.text}, lines=options.lines, split=options.split
    )
    upload = Upload(
        options.name, data, reading, options.evidence, settings.max_items, settings.max_characters,
        _SHARE * settings.deadline,
    )  # fmt: skip

    def work() -> bytes:
        read = worker.judged_file(judge, upload, options.masking)
        good = [one.outcome for one in read.items if isinstance(one.outcome, Answered)]
        records = iter(worker.issue(good, [options.channel] * len(good), caller.key_id))
        return to_json({"notes": read.notes, "items": [_plain(one, options, records) for one in read.items]})

    return Response(await worker.gate.run(work, caller.name), media_type="application/json")


def _plain(judged: JudgedItem, options: FileOptions, records: Iterator[str | None]) -> dict[str, Any]:
    """An item of the answer; the record of one that was judged is the next of ``records``."""
    item, outcome = judged
    plain = {name: _sendable(getattr(item, name)) for name in ("file", "sheet", "row", "rows", "id", "case", "start")}
    if not isinstance(outcome, Answered):
        return plain | {"input": None, "assessment": None, "problem": outcome.model_dump()}
    masked = options.masking and outcome.masked is not None
    source = outcome.masked.source if masked and outcome.masked else item.source
    assessment = shaped(outcome, options, next(records)).to_dict()
    return plain | {"input": source, "assessment": assessment, "problem": None}


def _sendable(value: Any) -> Any:
    """Names and ids of files may hold halves of characters, which JSON does not."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
