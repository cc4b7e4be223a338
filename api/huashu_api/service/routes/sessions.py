"""Routes for live calls: over HTTP with an id, or over a WebSocket that is the session."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Response, WebSocket, status
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.websockets import WebSocketDisconnect

from huashu import InputError
from huashu_api.service.admission import Admission, admits
from huashu_api.service.answers import Answer, SessionInfo, TurnsAnswer
from huashu_api.service.judge import Answered
from huashu_api.service.middleware.failures import HELD
from huashu_api.service.problems import ServiceError, describe, problem, responses
from huashu_api.service.requests import CHANNEL, HEX_ID, SessionRequest, Turn, TurnsRequest
from huashu_api.service.routes.access import CurrentWorker, Scorer
from huashu_api.service.sessions import LiveCall
from huashu_api.service.store.keys import Caller
from huashu_api.service.worker import Worker

router = APIRouter(prefix="/v1", tags=["sessions"])
MOST_REFUSED = 100
"""Messages of a call that may be refused before its connection is closed."""
SessionId = Annotated[str, Path(pattern=HEX_ID)]
OperatingPoint = Annotated[str | None, Query(max_length=64)]
Channel = Annotated[str | None, Query(pattern=CHANNEL)]


@router.post("/sessions", status_code=201, responses=responses())
@admits(Admission.KEYED)
async def open_session(body: SessionRequest, worker: CurrentWorker, caller: Scorer) -> SessionInfo:
    """Begin a live call. It is judged with the model and the lexicon of this moment until its end. The WebSocket
    `/v1/sessions/live` is a call over one connection."""
    call = worker.sessions.open(worker.judge.at(body.operating_point), body.channel, caller.key_id)
    return SessionInfo(session=call.id, turns=0, idle_seconds=worker.settings.session_idle)


@router.post("/sessions/{session_id}/turns", response_model=TurnsAnswer, responses=responses(404, 409))
@admits(Admission.KEYED)
async def append_turns(session_id: SessionId, body: TurnsRequest, worker: CurrentWorker, caller: Scorer) -> Response:
    """Add the next turns of a call; answers with the verdict so far after each."""
    call = worker.sessions.get(session_id, caller.key_id)
    _check(worker, call, body.turns)
    turns = [turn.model_dump() for turn in body.turns]
    return JSONResponse(await worker.gate.run(lambda: call.hear(turns, body.after).to_dict(), caller.name))


@router.get("/sessions/{session_id}", response_model=Answer | None, responses=responses(404))
@admits(Admission.KEYED)
async def read_session(session_id: SessionId, worker: CurrentWorker, caller: Scorer) -> Response:
    """The verdict so far with all evidence; null before there is anything to judge."""
    call = worker.sessions.get(session_id, caller.key_id)
    return JSONResponse(await worker.gate.run(lambda: _told(call.answer(worker.answers)), caller.name))


@router.delete("/sessions/{session_id}", response_model=Answer | None, responses=responses(404))
@admits(Admission.KEYED)
async def close_session(session_id: SessionId, worker: CurrentWorker, caller: Scorer) -> Response:
    """End a call; answers with the final verdict, which is kept like any other with storage on."""
    call = worker.sessions.get(session_id, caller.key_id)
    answer = await worker.gate.run(lambda: _close(worker, call, caller), caller.name)
    worker.sessions.forget(call)
    return JSONResponse(answer)


@router.websocket("/sessions/live")
@admits(Admission.KEYED)
async def live(
    socket: WebSocket, worker: CurrentWorker, operating_point: OperatingPoint = None, channel: Channel = None
) -> None:
    """A live call: each message is a turn, each answer the verdict so far; `{"close": true}` gets the final verdict."""
    caller: Caller = socket.state.caller
    await socket.accept()
    try:
        call = worker.sessions.open(worker.judge.at(operating_point), channel, caller.key_id)
    except InputError as error:
        await _refuse(socket, ServiceError(422, str(error)), status.WS_1008_POLICY_VIOLATION)
        return
    except ServiceError as error:
        await _refuse(socket, error, status.WS_1013_TRY_AGAIN_LATER)
        return
    refused = 0
    try:
        while not call.closed:
            try:
                async with asyncio.timeout(worker.settings.session_idle):
                    text = await socket.receive_text()
                worker.keys.check(caller)
                answer = await _message(worker, call, caller, text)
                async with asyncio.timeout(worker.settings.deadline):
                    await socket.send_json(answer)
            except TimeoutError:
                await _refuse(socket, ServiceError(408, "the session has expired"), status.WS_1001_GOING_AWAY)
                return
            except (InputError, ServiceError) as error:
                refusal = error if isinstance(error, ServiceError) else ServiceError(422, str(error))
                refused += 1
                if refusal.status in (401, 404) or refused > MOST_REFUSED:
                    await _refuse(socket, refusal, status.WS_1008_POLICY_VIOLATION)
                    return
                if refusal.status == 429:
                    await asyncio.sleep(HELD)
                await _send_problem(socket, refusal)
        await socket.close()
    except WebSocketDisconnect:
        pass
    finally:
        worker.sessions.forget(call)


async def _message(worker: Worker, call: LiveCall, caller: Caller, text: str) -> dict[str, Any] | None:
    """The answer to one message, which counts like a request of its own."""
    try:
        sent = json.loads(text)
        turn = None if sent == {"close": True} else Turn.model_validate(sent)
    except ValidationError as error:
        raise ServiceError(422, describe(error)) from None
    except (ValueError, RecursionError):
        raise ServiceError(422, "a message is the JSON of one turn: role and words") from None
    worker.sessions.get(call.id, caller.key_id)
    with worker.limits.request(caller.name):
        if turn is None:
            return await worker.gate.run(lambda: _close(worker, call, caller), caller.name)
        _check(worker, call, [turn])
        heard = [turn.model_dump()]
        return await worker.gate.run(lambda: call.hear(heard).verdicts[0].to_dict(), caller.name)


async def _refuse(socket: WebSocket, error: ServiceError, code: int) -> None:
    await _send_problem(socket, error)
    await socket.close(code)


async def _send_problem(socket: WebSocket, error: ServiceError) -> None:
    await socket.send_text(bytes(problem(error.status, error.detail).body).decode())


def _check(worker: Worker, call: LiveCall, turns: list[Turn]) -> None:
    limit = worker.settings.max_turns
    if len(call.turns) + len(turns) > limit:
        raise ServiceError(413, f"a session has at most {limit:,} turns here; close it and open another")
    more = sum(len(turn.words) for turn in turns)
    worker.check_length(call.characters + more)
    worker.sessions.check_room(call, more)


def _close(worker: Worker, call: LiveCall, caller: Caller) -> dict[str, Any] | None:
    """The final answer, kept and counted like any other. Blocks."""

    def issue(answered: Answered) -> Answer:
        (record,) = worker.issue([answered], [call.channel], caller.key_id)
        return answered.answer.with_id(record) if record else answered.answer

    final = call.close(worker.answers, issue)
    return None if final is None else final.to_dict()


def _told(answered: Answered | None) -> dict[str, Any] | None:
    return None if answered is None else answered.answer.to_dict()
