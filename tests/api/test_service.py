"""The HTTP service: typed answers, problem details for everything else, and an event loop that stays free."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select
from sqlalchemy.exc import OperationalError
from starlette.testclient import WebSocketDenialResponse

from huashu import Classifier, InputError
from huashu.evidence.script import SCRIPT
from huashu_api.service.app import create_app
from huashu_api.service.judge import Judge
from huashu_api.service.limits import Gate, KeyLimits
from huashu_api.service.problems import ServiceError
from huashu_api.service.requests import EXAMPLE
from huashu_api.service.sessions import Sessions
from huashu_api.service.settings import Settings, read_settings
from huashu_api.service.store.database import Record
from huashu_api.service.store.keys import Role, all_keys, create, revoke
from huashu_api.service.store.lexicon import Lexicon
from huashu_api.service.store.records import Records
from huashu_training.train import Training


@pytest.fixture(scope="module")
def client(service: TestClient) -> TestClient:
    return service


def test_assess_returns_the_assessment(client: TestClient, classifier: Classifier) -> None:
    answer = client.post("/v1/assess", json={"text": EXAMPLE})
    assert answer.status_code == 200
    said = json.loads(json.dumps(classifier.assess(EXAMPLE).to_dict()))
    assert {name: answer.json()[name] for name in said} == said
    assert (answer.json()["action"], answer.json()["scheme"]) == ("alert", "upgrade_fee")


def test_assess_takes_a_dialogue(client: TestClient) -> None:
    turns = [
        {"role": "客服", "words": "您的机器到期了，免费换新", "begin": 0, "end": 10},
        {"role": "客户", "words": "哦"},
    ]
    answer = client.post("/v1/assess", json={"dialogue": turns})
    assert answer.status_code == 200
    assert all(span["turn"] == 0 for span in answer.json()["tactics"])


def test_model_and_health(client: TestClient, classifier: Classifier) -> None:
    model = client.get("/v1/model").json()
    assert model["version"] == classifier.version
    point = model["operating_points"][model["operating_point"]]
    assert 0 < point["review"] <= point["alert"] < 1
    assert client.get("/healthz").json() == {"status": "ok"}


def test_a_request_chooses_its_operating_point(client: TestClient, classifier: Classifier) -> None:
    for name in classifier.manifest.operating_points:
        answer = client.post("/v1/assess", json={"text": EXAMPLE, "operating_point": name})
        assert answer.json()["action"] == classifier.at(name).assess(EXAMPLE).action
    unknown = client.post("/v1/assess", json={"text": EXAMPLE, "operating_point": "night"})
    assert unknown.status_code == 422
    assert "balanced, strict, wide" in unknown.json()["detail"]


def test_problems_do_not_repeat_what_was_sent(client: TestClient) -> None:
    secret = "110101199003074***"
    answer = client.post("/v1/assess", json={"text": [secret], "card": secret})
    assert answer.status_code == 422
    assert secret not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("GET", "/v1/assess", 405), ("DELETE", "/healthz", 405)]
)
def test_wrong_paths_and_methods_are_problems(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("text", ["hello", "\u0000好", "1" * 1000, "机器" * 50_000], ids=lambda text: text[:6])
def test_strange_texts_get_an_answer(client: TestClient, text: str) -> None:
    assert client.post("/v1/assess", json={"text": text}).status_code == 200


def test_an_unexpected_error_shows_no_trace(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Classifier, "assess", fail)
    answer = client.post("/v1/assess", json={"text": "您好"})
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text


def test_openapi_carries_a_real_example_and_typed_results(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    shown = document["paths"]["/v1/assess"]["post"]["responses"]["200"]["content"]["application/json"]["example"]
    assert (shown["action"], shown["scheme"]) == ("alert", "upgrade_fee")
    schemas = document["components"]["schemas"]
    assert schemas["TextRequest"]["examples"] == [{"text": EXAMPLE}]
    assert {"action", "risk", "tactics", "reasons"} <= set(schemas["Answer"]["properties"])


def test_the_page_of_the_api_needs_nothing_from_elsewhere(client: TestClient) -> None:
    page = client.get("/docs")
    assert "POST /v1/assess" in page.text
    assert "<script" not in page.text
    assert "//" not in page.text.replace("<!doctype", "")
    assert client.get("/docs/style.css").status_code == 200


def test_options_shape_the_answer(client: TestClient) -> None:
    text = EXAMPLE + "他的电话13812345678"
    plain = client.post("/v1/assess", json={"text": text}).json()
    shaped = client.post("/v1/assess", json={"text": text, "evidence": False, "language": "zh", "masking": True}).json()
    assert plain["names"] is None
    assert "13812345678" in str(plain["facts"])
    assert shaped["tactics"] == shaped["facts"] == shaped["reasons"] == []
    assert shaped["names"]["action"] == "预警"
    masked = client.post("/v1/assess", json={"text": text, "masking": True}).json()
    assert "13812345678" not in str(masked)
    assert [fact["start"] for fact in masked["facts"]] == [fact["start"] for fact in plain["facts"]]


def test_a_decision_can_be_explained_and_corrected_later(client: TestClient) -> None:
    answer = client.post("/v1/assess", json={"text": EXAMPLE, "channel": "hotline", "language": "zh"}).json()
    feedback = {"assessment": answer["id"], "scheme": "none", "register": "report", "note": "打给13812345678问过"}
    assert client.post("/v1/feedback", json=feedback).status_code == 201
    record = client.get(f"/v1/assessments/{answer['id']}").json()
    assert record["channel"] == "hotline"
    assert record["input"] == EXAMPLE
    assert record["digest"] == hashlib.sha256(EXAMPLE.encode()).hexdigest()
    assert record["result"]["risk"] == answer["risk"]
    assert record["model_version"] == answer["model_version"]
    assert [(item["scheme"], item["register"]) for item in record["feedback"]] == [("none", "report")]
    assert "13812345678" not in record["feedback"][0]["note"]


def test_a_recorded_decision_can_be_made_again(client: TestClient, tiny: Training) -> None:
    other = client.app.state.service.registry.add(tiny.folder)  # type: ignore[attr-defined]
    told = [{"role": "客服", "words": EXAMPLE}, {"role": "客户", "words": "我的电话是13812345678，暗号芝麻开门"}]
    with phrase(client, phrase="芝麻开门", scheme="upgrade_fee", weight=2):
        bare = client.post("/v1/assess", json={"text": EXAMPLE, "operating_point": "strict"}).json()
        call = client.post("/v1/assess", json={"dialogue": told}).json()

    def replay(answer: dict[str, Any], **others: Any) -> dict[str, Any]:
        again = client.post(f"/v1/assessments/{answer['id']}/replay", json=others)
        assert again.status_code == 200
        return dict(again.json())

    again = replay(bare)
    assert (again["same"], again["exact"]) == (True, True)
    assert again["replayed"] == again["recorded"]
    assert again["replayed"] == bare | {"id": None}
    masked = replay(call)  # the phrase is not in force any more, but was
    assert (masked["same"], masked["exact"]) == (True, False)
    assert masked["replayed"]["lexicon"] == call["lexicon"]
    assert "13812345678" not in str(masked)
    assert replay(call, lexicon_version=0)["replayed"]["lexicon"] == []
    elsewhere = replay(bare, model_version=other)
    assert elsewhere["replayed"]["model_version"] == other
    assert elsewhere["recorded"]["model_version"] == bare["model_version"]
    path = f"/v1/assessments/{bare['id']}/replay"
    assert client.post(path, json={"model_version": "0" * 12}).status_code == 409
    assert client.post(path, json={"operating_point": "night"}).status_code == 422
    assert client.post(f"/v1/assessments/{'0' * 32}/replay", json={}).status_code == 404


def test_nothing_is_kept_with_storage_off(tmp_path: Path) -> None:
    app = create_app(Settings(data=tmp_path))
    with TestClient(app, base_url="http://localhost") as client:
        assert client.post("/v1/assess", json={"text": EXAMPLE}).json()["id"] is None
        # Without keys: a browser's page or a proxy under another name is not let in.
        for host, status in [("127.0.0.1:80", 200), ("[::1]:80", 200), ("hotline.example", 401), ("[::1", 401)]:
            assert client.get("/v1/labels", headers={"host": host}).status_code == status, host
        with app.state.service.store.transaction() as session:
            assert session.scalars(select(Record)).all() == []


def test_records_end_with_their_retention_period(client: TestClient) -> None:
    records = client.app.state.service.records  # type: ignore[attr-defined]
    answer = client.post("/v1/assess", json={"text": EXAMPLE}).json()
    records.forget(1)
    assert client.get(f"/v1/assessments/{answer['id']}").status_code == 200
    assert records.forget(-1) >= 1
    assert client.get(f"/v1/assessments/{answer['id']}").status_code == 404


def test_a_call_is_judged_turn_by_turn(client: TestClient, classifier: Classifier) -> None:
    session = client.post("/v1/sessions", json={"channel": "call_centre"}).json()["session"]
    turns = [{"role": "客服", "words": part} for part in EXAMPLE.split("。") if part]
    assert client.get(f"/v1/sessions/{session}").json() is None
    first = client.post(f"/v1/sessions/{session}/turns", json={"turns": turns[:1]}).json()
    rest = client.post(f"/v1/sessions/{session}/turns", json={"turns": turns[1:]}).json()
    assert (first["turns"], rest["turns"]) == (1, len(turns))
    so_far = client.get(f"/v1/sessions/{session}").json()
    assert so_far["risk"] == pytest.approx(rest["verdicts"][-1]["risk"], abs=1e-6)
    assert so_far["risk"] == pytest.approx(classifier.assess(turns).risk, abs=1e-6)
    closed = client.delete(f"/v1/sessions/{session}").json()
    assert client.get(f"/v1/assessments/{closed['id']}").json()["channel"] == "call_centre"
    assert client.get(f"/v1/sessions/{session}").status_code == 404


def test_a_call_over_a_websocket(client: TestClient) -> None:
    with client.websocket_connect("/v1/sessions/live", headers=dict(client.headers)) as socket:
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
        client.websocket_connect("/v1/sessions/live", headers={"authorization": "Bearer none"}),
    ):
        pass


def test_a_call_over_a_websocket_ends_when_idle_or_without_its_key(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = client.app.state.service  # type: ignore[attr-defined]
    token = create(here.store, "short", Role.score)
    here.keys.refresh()
    headers = {"authorization": f"Bearer {token}"}
    with client.websocket_connect("/v1/sessions/live", headers=headers) as socket:
        revoke(here.store, token.split("_")[1])
        here.keys.refresh()
        socket.send_json({"words": "您好"})
        assert socket.receive_json()["status"] == 401
        assert socket.receive()["type"] == "websocket.close"
    monkeypatch.setattr(here, "settings", here.settings.model_copy(update={"session_idle": 0.05}))
    with client.websocket_connect("/v1/sessions/live", headers=dict(client.headers)) as socket:
        assert socket.receive_json()["status"] == 408
        assert socket.receive()["type"] == "websocket.close"
    with client.websocket_connect("/v1/sessions/live?operating_point=night", headers=dict(client.headers)) as socket:
        assert socket.receive_json()["status"] == 422
    assert len(here.sessions) == 0


def test_closing_a_call_again_gives_the_same_answer(client: TestClient) -> None:
    here = client.app.state.service  # type: ignore[attr-defined]
    session = client.post("/v1/sessions", json={}).json()["session"]
    client.post(f"/v1/sessions/{session}/turns", json={"turns": [{"words": "您的机器到期了"}]})
    call = here.sessions.get(session, all_keys(here.store)[0].id)
    closed = client.delete(f"/v1/sessions/{session}").json()
    here.sessions._calls[session] = call  # as if the answer had been given up at the deadline
    assert client.post(f"/v1/sessions/{session}/turns", json={"turns": [{"words": "好"}]}).status_code == 404
    assert client.delete(f"/v1/sessions/{session}").json() == closed


def test_idle_sessions_expire(classifier: Classifier) -> None:
    clock = iter([0.0, 5.0, 5.0, 14.0, 14.0, 25.0, 25.0])
    sessions = Sessions(limit=2, idle=10, clock=lambda: next(clock))
    call = sessions.open(Judge(classifier, Lexicon()), None, "key")
    assert sessions.get(call.id, "key") is call
    with pytest.raises(ServiceError):
        sessions.get(call.id, "another")
    with pytest.raises(ServiceError, match="no session"):
        sessions.get(call.id, "key")


def test_the_lexicon_raises_and_lowers_without_retraining(client: TestClient) -> None:
    text = {"text": "请把暗号芝麻开门告诉快递员"}
    before = client.post("/v1/assess", json=text).json()
    phrase = {"phrase": "芝麻开门", "scheme": "upgrade_fee", "weight": 9.5}
    tried = client.post("/v1/lexicon/test", json=text | {"trial": phrase}).json()
    assert (tried["without"]["action"], tried["with_lexicon"]["action"]) == ("pass", "alert")
    added = client.post("/v1/lexicon/phrases", json=phrase)
    assert added.status_code == 201
    after = client.post("/v1/assess", json=text).json()
    assert (after["action"], after["scheme"]) == ("alert", "upgrade_fee")
    assert after["score"] == pytest.approx(before["score"] + 9.5, abs=1e-5)
    assert sum(reason["weight"] for reason in after["reasons"]) == pytest.approx(after["score"], abs=1e-4)
    assert [text["text"][hit["start"] : hit["end"]] for hit in after["lexicon"]] == ["芝麻开门"]
    assert after["lexicon_version"] == added.json()["version"] == before["lexicon_version"] + 1
    assert client.post("/v1/lexicon/phrases", json=phrase).status_code == 409
    entry = next(entry for entry in added.json()["entries"] if entry["phrase"] == "芝麻开门")
    assert client.delete(f"/v1/lexicon/phrases/{entry['id']}").status_code == 200
    assert client.post("/v1/assess", json=text).json()["action"] == "pass"
    old = client.get("/v1/lexicon", params={"version": added.json()["version"]}).json()
    assert entry in old["entries"]


@contextlib.contextmanager
def phrase(client: TestClient, **fields: Any) -> Iterator[None]:
    """A phrase in the lexicon for as long as the block."""
    added = client.post("/v1/lexicon/phrases", json=fields)
    assert added.status_code == 201
    entry = next(entry for entry in added.json()["entries"] if entry["phrase"] == fields["phrase"])
    try:
        yield
    finally:
        assert client.delete(f"/v1/lexicon/phrases/{entry['id']}").status_code == 200


def test_evidence_fits_the_verdict_that_the_lexicon_leads_to(client: TestClient) -> None:
    text = "请把暗号芝麻开门告诉快递员，他送来的机器先刷一千"
    before = client.post("/v1/assess", json={"text": text}).json()
    assert before["action"] != "alert"
    assert before["why_not"]
    with phrase(client, phrase="芝麻开门", scheme="upgrade_fee", weight=10):
        raised = client.post("/v1/assess", json={"text": text}).json()
    assert (raised["action"], raised["scheme"]) == ("alert", "upgrade_fee")
    assert raised["why_not"] is None
    assert raised["tactics"]
    assert set(raised["missing"]) == set(SCRIPT) - {move["tactic"] for move in raised["tactics"]}
    weights = [abs(reason["weight"]) for reason in raised["reasons"]]
    assert weights == sorted(weights, reverse=True)


def test_live_calls_obey_the_lexicon_turn_by_turn(client: TestClient) -> None:
    turns = [{"role": "客服", "words": words} for words in ("您好，请问是张先生吗", "暗号是芝麻开门", "好的再见")]
    with phrase(client, phrase="芝麻开门", scheme="upgrade_fee", weight=10):
        session = client.post("/v1/sessions", json={}).json()["session"]
        with client.websocket_connect("/v1/sessions/live?channel=hotline", headers=dict(client.headers)) as socket:
            spoken = []
            for turn in turns:
                socket.send_json(turn)
                spoken.append(socket.receive_json())
            socket.send_json({"close": True})
            record = client.get(f"/v1/assessments/{socket.receive_json()['id']}").json()
        whole = client.post("/v1/assess", json={"dialogue": turns}).json()
    heard = client.post(f"/v1/sessions/{session}/turns", json={"turns": turns}).json()["verdicts"]
    assert [verdict["action"] for verdict in heard] == ["pass", "alert", "alert"]
    assert heard == spoken
    final = client.delete(f"/v1/sessions/{session}").json()  # still with the lexicon that it began with
    for answer in (final, record["result"]):
        for name in ("action", "scheme", "risk", "missing", "why_not", "lexicon", "reasons"):
            assert answer[name] == whole[name], name
    assert record["channel"] == "hotline"


def test_a_phrase_for_none_lowers_the_risk(client: TestClient) -> None:
    trial = {"phrase": "刷卡机总部", "scheme": "none", "weight": 10}
    tried = client.post("/v1/lexicon/test", json={"text": EXAMPLE, "trial": trial}).json()
    assert tried["with_lexicon"]["risk"] < tried["without"]["risk"]


def test_a_database_that_is_away_is_told_and_not_an_alarm(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> None:
        raise OperationalError("INSERT", {"input": "secret"}, Exception("secret"))

    monkeypatch.setattr(Records, "keep", away)
    answer = client.post("/v1/assess", json={"text": EXAMPLE})
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "secret" not in answer.text


def test_keys_have_roles_and_end(client: TestClient) -> None:
    here = client.app.state.service  # type: ignore[attr-defined]
    tokens = {role: create(here.store, role.name, role) for role in Role}
    here.keys.refresh()
    assert not any(token.split("_", 2)[2] in key.digest for token in tokens.values() for key in all_keys(here.store))

    def status(method: str, path: str, token: str, body: Any = None) -> int:
        return client.request(method, path, json=body, headers={"authorization": f"Bearer {token}"}).status_code

    feedback = {"assessment": "0" * 32, "scheme": "none"}
    for role, token in tokens.items():
        assert status("POST", "/v1/assess", token, {"text": EXAMPLE}) == 200
        assert status("POST", "/v1/feedback", token, feedback) == (404 if role >= Role.review else 403)
        assert status("GET", "/v1/models", token) == (200 if role >= Role.admin else 403)
    revoke(here.store, tokens[Role.score].split("_")[1])
    here.keys.refresh()
    assert status("GET", "/v1/labels", tokens[Role.score]) == 401
    assert status("GET", "/v1/labels", "hs_x_y") == 401
    anonymous = client.get("/v1/labels", headers={"authorization": ""})
    assert anonymous.status_code == 401
    assert anonymous.headers["www-authenticate"] == "Bearer"
    assert client.get("/healthz", headers={"authorization": ""}).status_code == 200


@pytest.mark.parametrize(
    ("host", "keys", "required"),
    [("127.0.0.1", "auto", False), ("localhost", "auto", False), ("::1", "auto", False), ("0.0.0.0", "auto", True),
     ("hotline.example", "auto", True), ("127.0.0.1", "on", True), ("10.0.0.1", "off", False)],
)  # fmt: skip
def test_keys_are_asked_for_beyond_loopback(host: str, keys: Any, required: bool) -> None:
    assert Settings(host=host, keys=keys).keys_required is required


def test_wrong_settings_are_told_without_their_values(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUASHU_DATABASE_URL", "mysql://root:hunter2@db/x")
    monkeypatch.setenv("HUASHU_DEADLINE", "soon")
    with pytest.raises(InputError) as told:
        read_settings()
    assert "HUASHU_DATABASE_URL" in str(told.value)
    assert "HUASHU_DEADLINE" in str(told.value)
    assert "hunter2" not in str(told.value)


@pytest.mark.parametrize(
    "url", ["postgresql://huashu:hunter2@db:port/x", "hunter2", "sqlite:///:memory:", "postgresql://huashu:hunter2@db"]
)
def test_wrong_database_urls_are_told_without_their_password(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("HUASHU_DATABASE_URL", url)
    with pytest.raises(InputError, match="HUASHU_DATABASE_URL") as told:
        read_settings()
    assert "hunter2" not in str(told.value)


def test_every_answer_has_security_headers_and_an_id(client: TestClient) -> None:
    for answer in (client.get("/healthz"), client.get("/v1/labels", headers={"authorization": ""}), client.get("/x")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert len(answer.headers["x-request-id"]) == 32


def test_a_key_is_limited_in_rate_and_concurrency() -> None:
    times = iter([0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 9.0])
    limits = KeyLimits(rate=1, concurrency=2, clock=lambda: next(times))
    limits.enter("a")
    limits.enter("a")
    limits.enter("b")
    with pytest.raises(ServiceError, match="a second") as refused:
        limits.enter("a")
    assert refused.value.retry_after == 1
    with pytest.raises(ServiceError, match="at a time"):
        limits.enter("a")
    limits.leave("a")
    limits.enter("a")


def test_a_full_queue_and_a_passed_deadline_are_told_at_once() -> None:
    async def run() -> None:
        gate, release = Gate(threads=1, queue=1, deadline=0.2), threading.Event()
        slow = asyncio.create_task(gate.run(lambda: release.wait(20)))
        waiting = asyncio.create_task(gate.run(lambda: True))
        await asyncio.sleep(0)
        with pytest.raises(ServiceError, match="queue is full") as full:
            await gate.run(lambda: True)
        assert (full.value.status, full.value.retry_after) == (503, 1)
        for task in (slow, waiting):
            with pytest.raises(ServiceError, match="deadline"):
                await task
        assert gate.pending == 1  # still on the thread; the one that waited is not in work any more
        release.set()
        await asyncio.to_thread(gate.close)
        await asyncio.sleep(0.01)
        assert gate.pending == 0

    asyncio.run(run())


def test_the_event_loop_stays_free_while_a_text_is_judged(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    started, release = threading.Event(), threading.Event()
    judge = Classifier.assess

    def wait(self: Classifier, *given: Any) -> Any:
        started.set()
        assert release.wait(20)
        return judge(self, *given)

    monkeypatch.setattr(Classifier, "assess", wait)
    slow = threading.Thread(target=client.post, args=("/v1/assess",), kwargs={"json": {"text": "您好"}})
    slow.start()
    assert started.wait(20)
    assert client.get("/healthz").status_code == 200
    release.set()
    slow.join()


@pytest.mark.parametrize(
    ("module", "unwanted"),
    [("huashu", ("fastapi", "sqlalchemy")), ("huashu_api.service.app", ("sklearn", "joblib", "huashu_training"))],
)
def test_what_is_not_needed_is_not_imported(module: str, unwanted: tuple[str, ...]) -> None:
    code = f"import sys, {module}; print([name for name in {unwanted!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
