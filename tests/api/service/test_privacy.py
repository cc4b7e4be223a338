"""A real server: nothing personal is left behind."""

from __future__ import annotations

import json
from pathlib import Path

import httpx2 as httpx
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from .processes import serving
from .texts import MOBILE, PERSONAL

pytestmark = pytest.mark.slow


def test_personal_numbers_are_left_nowhere(tmp_path: Path) -> None:
    numbers = "，".join(f"{name}{number}" for name, number in PERSONAL.items())
    text = f"客服说机器到期，{numbers}，微信{MOBILE}，叫我转到{PERSONAL['bank card']}"
    turn = {"role": f"客户{MOBILE}", "words": text}
    got: list[str] = []
    with serving(tmp_path, store=True) as server, httpx.Client(base_url=server.url, timeout=30) as client:
        answer = client.post("/v1/assess", json={"text": text})
        masked = client.post("/v1/assess", json={"text": text, "masking": True})
        got.append(masked.text)
        client.post("/v1/assess/batch", json={"items": [{"text": text}, {"dialogue": [turn]}, {"txt": text}, text]})
        session = client.post("/v1/sessions", json={}).json()["session"]
        client.post(f"/v1/sessions/{session}/turns", json={"turns": [turn, turn]})
        client.delete(f"/v1/sessions/{session}")
        client.post("/v1/feedback", json={"assessment": answer.json()["id"], "scheme": "none", "note": text})
        live = server.url.replace("http", "ws") + "/v1/sessions/live"
        with connect(live) as socket:
            for sent in (turn, {"words": {MOBILE: 1}}, {"close": True}):
                socket.send(json.dumps(sent))
                answered = json.loads(socket.recv())
                if "detail" in answered:
                    got.append(str(answered))
            got.append(client.get(f"/v1/assessments/{answered['id']}").text)
        with pytest.raises(InvalidStatus) as unopened:
            connect(f"{live}?channel={MOBILE}")
        got.append(str(unopened.value.response))
        got.append(client.post(f"/v1/assessments/{answer.json()['id']}/replay", json={}).text)
        for method, path, body in [
            ("POST", "/v1/assess", {"text": 3, MOBILE: MOBILE}),
            ("POST", "/v1/assess", {"text": "好", "operating_point": MOBILE}),
            ("POST", "/v1/assess", {"text": "好", "channel": MOBILE}),
            ("POST", "/v1/assess", [text]),
            ("POST", "/v1/assess", {"dialogue": [{"words": {MOBILE: 1}}]}),
            ("POST", "/v1/lexicon/phrases", {"phrase": f"打{MOBILE}", "scheme": "none", "weight": 1}),
            ("POST", "/v1/feedback", {"assessment": MOBILE, "scheme": MOBILE}),
            ("POST", "/v1/models/activate", {"version": MOBILE}),
            ("POST", "/v1/sessions", {"operating_point": MOBILE}),
            ("POST", f"/v1/sessions/{session}/turns", {"turns": [turn], "after": MOBILE}),
            ("POST", f"/v1/assessments/{answer.json()['id']}/replay", {"model_version": MOBILE}),
            ("GET", f"/v1/assessments/{MOBILE}", None),
            ("GET", f"/v1/nowhere/{MOBILE}", None),
            ("GET", f"/v1/lexicon?version={MOBILE}", None),
            ("DELETE", f"/{MOBILE}?text={text}", None),
        ]:
            refused = client.request(
                method,
                path,
                json=body,
                headers={"x-request-id": MOBILE, "authorization": f"Bearer hs_{MOBILE}_{MOBILE}"},
            )
            assert 400 <= refused.status_code < 500, (path, refused.status_code)
            got.append(refused.text + str(refused.headers))
        client.post("/v1/assess", content=f'{{"text": "{text}'.encode())
        got.append(client.get("/metrics").text)
        record = client.get(f"/v1/assessments/{answer.json()['id']}")
        got.append(record.text)
        assert server.stop() in (0, -15)
    left = "".join(got) + "".join(
        path.read_bytes().decode("utf-8", "replace") for path in tmp_path.rglob("*") if path.is_file()
    )
    assert "客服说机器到期" in left  # the store was read
    for name, number in PERSONAL.items():
        assert number not in left, name
        assert json.dumps(number)[1:-1] not in left, name
