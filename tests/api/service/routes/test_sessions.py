"""Live calls, over HTTP and over a WebSocket."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient
from starlette.testclient import WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect

from huashu import Classifier
from huashu_api.service.store.keys import Role, all_keys, create, revoke
from huashu_api.service.worker import Worker

from ..asking import entry_in_force
from ..texts import CALL, PASSWORD


def test_a_call_is_judged_turn_by_turn(service: TestClient, classifier: Classifier) -> None:
    session = service.post("/v1/sessions", json={"channel": "call_centre"}).json()["session"]
    assert service.get(f"/v1/sessions/{session}").json() is None
    first = service.post(f"/v1/sessions/{session}/turns", json={"turns": CALL[:1]}).json()
    rest = service.post(f"/v1/sessions/{session}/turns", json={"turns": CALL[1:]}).json()
    assert (first["turns"], rest["turns"]) == (1, len(CALL))
    so_far = service.get(f"/v1/sessions/{session}").json()
    assert so_far["risk"] == pytest.approx(rest["verdicts"][-1]["risk"], abs=1e-6)
    assert so_far["risk"] == pytest.approx(classifier.assess(CALL).risk, abs=1e-6)
    closed = service.delete(f"/v1/sessions/{session}").json()
    assert service.get(f"/v1/assessments/{closed['id']}").json()["channel"] == "call_centre"
    assert service.get(f"/v1/sessions/{session}").status_code == 404


def test_a_call_over_a_websocket(service: TestClient) -> None:
    with service.websocket_connect("/v1/sessions/live") as socket:
        socket.send_json({"role": "客服", "words": "您的刷卡机到期了，免费给您换一台"})
        assert socket.receive_json()["turn"] == 0
        socket.send_text("[" * 100_000)
        assert socket.receive_json()["status"] == 422
        socket.send_json({"words": 3})
        assert socket.receive_json()["status"] == 422
        socket.send_json({"role": "客户", "words": "要钱吗"})
        assert socket.receive_json()["turn"] == 1
        socket.send_json({"close": True})
        assert socket.receive_json()["id"]
    with (
        pytest.raises(WebSocketDenialResponse),
        service.websocket_connect("/v1/sessions/live", headers={"authorization": "Bearer none"}),
    ):
        pass


def test_a_call_over_a_websocket_ends_when_idle_or_without_its_key(
    service: TestClient, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = create(worker.store, "short", Role.score)
    worker.keys.refresh()
    headers = {"authorization": f"Bearer {token}"}
    with service.websocket_connect("/v1/sessions/live", headers=headers) as socket:
        revoke(worker.store, token.split("_")[1])
        worker.keys.refresh()
        socket.send_json({"words": "您好"})
        assert socket.receive_json()["status"] == 401
        assert socket.receive()["type"] == "websocket.close"
    monkeypatch.setattr(worker, "settings", worker.settings.model_copy(update={"session_idle": 0.05}))
    with service.websocket_connect("/v1/sessions/live") as socket:
        assert socket.receive_json()["status"] == 408
        assert socket.receive()["type"] == "websocket.close"
    with service.websocket_connect("/v1/sessions/live?operating_point=night") as socket:
        assert socket.receive_json()["status"] == 422
    assert len(worker.sessions) == 0


def test_closing_a_call_again_gives_the_same_answer(service: TestClient, worker: Worker) -> None:
    session = service.post("/v1/sessions", json={}).json()["session"]
    service.post(f"/v1/sessions/{session}/turns", json={"turns": [{"words": "您的机器到期了"}]})
    call = worker.sessions.get(session, all_keys(worker.store)[0].id)
    closed = service.delete(f"/v1/sessions/{session}").json()
    worker.sessions._calls[session] = call  # as if the answer had been given up at the deadline
    assert service.post(f"/v1/sessions/{session}/turns", json={"turns": [{"words": "好"}]}).status_code == 404
    assert service.delete(f"/v1/sessions/{session}").json() == closed


def test_live_calls_obey_the_lexicon_turn_by_turn(service: TestClient) -> None:
    turns = [{"role": "客服", "words": words} for words in ("您好，请问是张先生吗", f"暗号是{PASSWORD}", "好的再见")]
    with entry_in_force(service, phrase=PASSWORD, scheme="upgrade_fee", weight=10):
        session = service.post("/v1/sessions", json={}).json()["session"]
        with service.websocket_connect("/v1/sessions/live?channel=hotline") as socket:
            spoken = []
            for turn in turns:
                socket.send_json(turn)
                spoken.append(socket.receive_json())
            socket.send_json({"close": True})
            record = service.get(f"/v1/assessments/{socket.receive_json()['id']}").json()
        whole = service.post("/v1/assess", json={"dialogue": turns}).json()
    heard = service.post(f"/v1/sessions/{session}/turns", json={"turns": turns}).json()["verdicts"]
    assert [verdict["action"] for verdict in heard] == ["pass", "alert", "alert"]
    assert heard == spoken
    final = service.delete(f"/v1/sessions/{session}").json()  # still with the lexicon that it began with
    for answer in (final, record["result"]):
        for name in ("action", "scheme", "risk", "missing", "why_not", "lexicon", "reasons"):
            assert answer[name] == whole[name], name
    assert record["channel"] == "hotline"


def test_a_call_whose_messages_are_all_refused_ends(service: TestClient) -> None:
    with service.websocket_connect("/v1/sessions/live") as socket:
        for _ in range(101):
            socket.send_text("no turn")
            assert socket.receive_json()["status"] == 422
        with pytest.raises(WebSocketDisconnect):
            socket.receive_json()
