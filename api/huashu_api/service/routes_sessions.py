"""Routes for live calls: over HTTP with an id, or over a WebSocket that is the session."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response, WebSocket
from fastapi.responses import JSONResponse
from pydantic import ValidationError
from starlette.websockets import WebSocketDisconnect

from huashu import InputError
from huashu_api.service.access import Here, Scorer
from huashu_api.service.answers import Answer, SessionInfo, TurnsAnswer
from huashu_api.service.keys import Caller
from huashu_api.service.problems import ServiceError, describe, problem, responses
from huashu_api.service.routes_assess import count
from huashu_api.service.schemas import HEX_ID, SessionRequest, Turn, TurnsRequest
from huashu_api.service.sessions import LiveCall
from huashu_api.service.state import Judge, Service

router = APIRouter(prefix="/v1", tags=["sessions"])
SessionId = Annotated[str, Path(pattern=HEX_ID)]


def _alone(here: Service) -> None:
    # Workers share a port, not memory: the next turn may reach another one.
    if here.settings.workers > 1:
        raise ServiceError(409, "with several workers live calls go over the WebSocket /v1/sessions/live")


@router.post("/sessions", status_code=201, responses=responses(409))
async def open_session(body: SessionRequest, here: Here, caller: Scorer) -> SessionInfo:
    """Begin a live call."""
    _alone(here)
    judge = here.judge.at(body.operating_point)
    call = here.sessions.open(judge.classifier, body.channel, caller.key_id)
    return SessionInfo(session=call.id, turns=0, idle_seconds=here.settings.session_idle)


@router.post("/sessions/{session_id}/turns", response_model=TurnsAnswer, responses=responses(404))
async def append_turns(session_id: SessionId, body: TurnsRequest, here: Here, caller: Scorer) -> Response:
    """Add the next turns of a call; answers with the verdict so far after each."""
    call = here.sessions.get(session_id, caller.key_id)
    _check(here, call, body.turns)
    return JSONResponse(await here.gate.run(lambda: _append(call, body.turns)))


@router.get("/sessions/{session_id}", response_model=Answer | None, responses=responses(404))
async def read_session(session_id: SessionId, here: Here, caller: Scorer) -> Response:
    """The verdict so far with all evidence; null before there is anything to judge."""
    call = here.sessions.get(session_id, caller.key_id)
    return JSONResponse(await here.gate.run(lambda: _verdict(here, call)))


@router.delete("/sessions/{session_id}", response_model=Answer | None, responses=responses(404))
async def close_session(session_id: SessionId, here: Here, caller: Scorer) -> Response:
    """End a call; answers with the final verdict, which is kept like any other with storage on."""
    call = here.sessions.get(session_id, caller.key_id)
    answer = await here.gate.run(lambda: _final(here, call, caller))
    here.sessions.close(call)
    return JSONResponse(answer)


@router.websocket("/sessions/live")
async def live(socket: WebSocket, here: Here) -> None:
    """A live call: each message is a turn, each answer the verdict so far; `{"close": true}` gets the final verdict."""
    caller: Caller = socket.state.caller
    await socket.accept()
    try:
        call = here.sessions.open(here.judge.classifier, None, caller.key_id)
    except ServiceError as error:
        await _send_problem(socket, error)
        await socket.close(1013)
        return
    try:
        while True:
            try:
                sent = json.loads(await socket.receive_text())
                if sent == {"close": True}:
                    await socket.send_json(await here.gate.run(lambda: _final(here, call, caller)))
                    await socket.close()
                    return
                await socket.send_json(await _turn(here, call, caller, Turn.model_validate(sent)))
            except ValidationError as error:
                await _send_problem(socket, ServiceError(422, describe(error)))
            except (ValueError, RecursionError, KeyError):
                await _send_problem(socket, ServiceError(422, "a message is the JSON of one turn: role and words"))
            except InputError as error:
                await _send_problem(socket, ServiceError(422, str(error)))
            except ServiceError as error:
                await _send_problem(socket, error)
                if error.status == 404:
                    await socket.close(1001)
                    return
    except WebSocketDisconnect:
        pass
    finally:
        here.sessions.close(call)


async def _turn(here: Service, call: LiveCall, caller: Caller, turn: Turn) -> dict[str, Any]:
    """The verdict after one turn, which counts like a request of its own."""
    here.sessions.get(call.id, caller.key_id)
    _check(here, call, [turn])
    here.limits.enter(caller.name)
    try:
        answer = await here.gate.run(lambda: _append(call, [turn]))
    finally:
        here.limits.leave(caller.name)
    verdict: dict[str, Any] = answer["verdicts"][0]
    return verdict


async def _send_problem(socket: WebSocket, error: ServiceError) -> None:
    await socket.send_text(bytes(problem(error.status, error.detail).body).decode())


def _check(here: Service, call: LiveCall, turns: list[Turn]) -> None:
    limit = here.settings.max_turns
    if len(call.turns) + len(turns) > limit:
        raise ServiceError(413, f"a session has at most {limit:,} turns here; close it and open another")
    here.check_length(call.characters + sum(len(turn.words) for turn in turns))


def _append(call: LiveCall, turns: list[Turn]) -> dict[str, Any]:
    with call.lock:
        verdicts = call.add([turn.model_dump() for turn in turns])
        return {"session": call.id, "turns": len(call.turns), "verdicts": verdicts}


def _verdict(here: Service, call: LiveCall) -> dict[str, Any] | None:
    with call.lock:
        said = call.assessment()
        return None if said is None else Judge(call.classifier, here.judge.lexicon).result(call.turns, said)


def _final(here: Service, call: LiveCall, caller: Caller) -> dict[str, Any] | None:
    result = _verdict(here, call)
    if result is not None:
        if here.settings.store:
            result["id"] = here.records.keep([(call.turns, result)], call.channel, caller.key_id)[0]
        count(result)
    return result
