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
from huashu_api.service.answers import Answer, SessionInfo, TurnsAnswer
from huashu_api.service.problems import ServiceError, describe, problem, responses
from huashu_api.service.requests import CHANNEL, HEX_ID, SessionRequest, Turn, TurnsRequest
from huashu_api.service.routes.access import Here, Scorer
from huashu_api.service.routes.assess import count
from huashu_api.service.sessions import LiveCall
from huashu_api.service.store.keys import Caller
from huashu_api.service.store.records import Judged
from huashu_api.service.worker import Service

router = APIRouter(prefix="/v1", tags=["sessions"])
SessionId = Annotated[str, Path(pattern=HEX_ID)]
OperatingPoint = Annotated[str | None, Query(max_length=64)]
Channel = Annotated[str | None, Query(pattern=CHANNEL)]


@router.post("/sessions", status_code=201, responses=responses())
async def open_session(body: SessionRequest, here: Here, caller: Scorer) -> SessionInfo:
    """Begin a live call. It is judged with the model and the lexicon of this moment until its end. The WebSocket
    `/v1/sessions/live` is a call over one connection."""
    call = here.sessions.open(here.judge.at(body.operating_point), body.channel, caller.key_id)
    return SessionInfo(session=call.id, turns=0, idle_seconds=here.settings.session_idle)


@router.post("/sessions/{session_id}/turns", response_model=TurnsAnswer, responses=responses(404, 409))
async def append_turns(session_id: SessionId, body: TurnsRequest, here: Here, caller: Scorer) -> Response:
    """Add the next turns of a call; answers with the verdict so far after each."""
    call = here.sessions.get(session_id, caller.key_id)
    _check(here, call, body.turns)
    return JSONResponse(await here.gate.run(lambda: _append(call, body.turns, body.after)))


@router.get("/sessions/{session_id}", response_model=Answer | None, responses=responses(404))
async def read_session(session_id: SessionId, here: Here, caller: Scorer) -> Response:
    """The verdict so far with all evidence; null before there is anything to judge."""
    call = here.sessions.get(session_id, caller.key_id)
    return JSONResponse(await here.gate.run(lambda: _verdict(call)))


@router.delete("/sessions/{session_id}", response_model=Answer | None, responses=responses(404))
async def close_session(session_id: SessionId, here: Here, caller: Scorer) -> Response:
    """End a call; answers with the final verdict, which is kept like any other with storage on."""
    call = here.sessions.get(session_id, caller.key_id)
    answer = await here.gate.run(lambda: _final(here, call, caller))
    here.sessions.close(call)
    return JSONResponse(answer)


@router.websocket("/sessions/live")
async def live(socket: WebSocket, here: Here, operating_point: OperatingPoint = None, channel: Channel = None) -> None:
    """A live call: each message is a turn, each answer the verdict so far; `{"close": true}` gets the final verdict."""
    caller: Caller = socket.state.caller
    await socket.accept()
    try:
        call = here.sessions.open(here.judge.at(operating_point), channel, caller.key_id)
    except InputError as error:
        await _refuse(socket, ServiceError(422, str(error)), status.WS_1008_POLICY_VIOLATION)
        return
    except ServiceError as error:
        await _refuse(socket, error, status.WS_1013_TRY_AGAIN_LATER)
        return
    try:
        while not call.closed:
            try:
                async with asyncio.timeout(here.settings.session_idle):
                    text = await socket.receive_text()
                here.keys.check(caller)
                await socket.send_json(await _message(here, call, caller, text))
            except TimeoutError:
                await _refuse(socket, ServiceError(408, "the session has expired"), status.WS_1001_GOING_AWAY)
                return
            except (InputError, ServiceError) as error:
                told = error if isinstance(error, ServiceError) else ServiceError(422, str(error))
                if told.status in (401, 404):
                    await _refuse(socket, told, status.WS_1008_POLICY_VIOLATION)
                    return
                await _send_problem(socket, told)
        await socket.close()
    except WebSocketDisconnect:
        pass
    finally:
        here.sessions.close(call)


async def _message(here: Service, call: LiveCall, caller: Caller, text: str) -> dict[str, Any] | None:
    """The answer to one message, which counts like a request of its own."""
    try:
        sent = json.loads(text)
        turn = None if sent == {"close": True} else Turn.model_validate(sent)
    except ValidationError as error:
        raise ServiceError(422, describe(error)) from None
    except (ValueError, RecursionError):
        raise ServiceError(422, "a message is the JSON of one turn: role and words") from None
    here.sessions.get(call.id, caller.key_id)
    here.limits.enter(caller.name)
    try:
        if turn is None:
            return await here.gate.run(lambda: _final(here, call, caller))
        _check(here, call, [turn])
        answer = await here.gate.run(lambda: _append(call, [turn], None))
    finally:
        here.limits.leave(caller.name)
    verdict: dict[str, Any] = answer["verdicts"][0]
    return verdict


async def _refuse(socket: WebSocket, error: ServiceError, code: int) -> None:
    await _send_problem(socket, error)
    await socket.close(code)


async def _send_problem(socket: WebSocket, error: ServiceError) -> None:
    await socket.send_text(bytes(problem(error.status, error.detail).body).decode())


def _check(here: Service, call: LiveCall, turns: list[Turn]) -> None:
    limit = here.settings.max_turns
    if len(call.turns) + len(turns) > limit:
        raise ServiceError(413, f"a session has at most {limit:,} turns here; close it and open another")
    here.check_length(call.characters + sum(len(turn.words) for turn in turns))


def _append(call: LiveCall, turns: list[Turn], after: int | None) -> dict[str, Any]:
    with call.lock:
        heard = len(call.turns)
        if after is not None and after != heard:
            raise ServiceError(409, f"the session has heard {heard} turns: send those that follow, or read its verdict")
        if call.closed:
            raise ServiceError(404, "the session is closed: open another")
        verdicts = call.add([turn.model_dump() for turn in turns])
        return {"session": call.id, "turns": len(call.turns), "verdicts": verdicts}


def _verdict(call: LiveCall) -> dict[str, Any] | None:
    with call.lock:
        return call.result()


def _final(here: Service, call: LiveCall, caller: Caller) -> dict[str, Any] | None:
    with call.lock:
        if call.closed:
            return call.final
        result = call.result()
        if result is not None:
            if here.settings.store:
                result["id"] = here.records.keep([Judged(call.turns, result, call.channel)], caller.key_id)[0]
            count(result)
        call.final, call.closed = result, True
        return result
