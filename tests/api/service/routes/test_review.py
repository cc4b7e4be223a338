"""What reviewers see of a decision, and do about it."""

from __future__ import annotations

import hashlib
from typing import Any

from fastapi.testclient import TestClient

from huashu_api.service.worker import Worker
from huashu_training.train import Training

from ..asking import entry_in_force
from ..texts import EXAMPLE, MOBILE, PASSWORD


def test_a_decision_can_be_explained_and_corrected_later(service: TestClient) -> None:
    answer = service.post("/v1/assess", json={"text": EXAMPLE, "channel": "hotline", "language": "zh"}).json()
    feedback = {"assessment": answer["id"], "scheme": "none", "register": "report", "note": f"打给{MOBILE}问过"}
    assert service.post("/v1/feedback", json=feedback).status_code == 201
    record = service.get(f"/v1/assessments/{answer['id']}").json()
    assert record["channel"] == "hotline"
    assert record["input"] == EXAMPLE
    assert record["digest"] == hashlib.sha256(EXAMPLE.encode()).hexdigest()
    assert record["result"]["risk"] == answer["risk"]
    assert record["model_version"] == answer["model_version"]
    assert [(item["scheme"], item["register"]) for item in record["feedback"]] == [("none", "report")]
    assert MOBILE not in record["feedback"][0]["note"]


def test_a_recorded_decision_can_be_made_again(service: TestClient, worker: Worker, tiny: Training) -> None:
    other = worker.registry.add(tiny.folder)
    dialogue = [{"role": "客服", "words": EXAMPLE}, {"role": "客户", "words": f"我的电话是{MOBILE}，暗号{PASSWORD}"}]
    with entry_in_force(service, phrase=PASSWORD, scheme="upgrade_fee", weight=2):
        bare = service.post("/v1/assess", json={"text": EXAMPLE, "operating_point": "strict"}).json()
        call = service.post("/v1/assess", json={"dialogue": dialogue}).json()

    def replay(answer: dict[str, Any], **others: Any) -> dict[str, Any]:
        again = service.post(f"/v1/assessments/{answer['id']}/replay", json=others)
        assert again.status_code == 200
        return dict(again.json())

    again = replay(bare)
    assert (again["same"], again["exact"]) == (True, True)
    assert again["replayed"] == again["recorded"]
    assert again["replayed"] == bare | {"id": None}
    masked = replay(call)  # the phrase is not in force any more, but was
    assert (masked["same"], masked["exact"]) == (True, False)
    assert masked["replayed"]["lexicon"] == call["lexicon"]
    assert MOBILE not in str(masked)
    assert replay(call, lexicon_version=0)["replayed"]["lexicon"] == []
    elsewhere = replay(bare, model_version=other)
    assert elsewhere["replayed"]["model_version"] == other
    assert elsewhere["recorded"]["model_version"] == bare["model_version"]
    path = f"/v1/assessments/{bare['id']}/replay"
    assert service.post(path, json={"model_version": "0" * 12}).status_code == 409
    assert service.post(path, json={"operating_point": "night"}).status_code == 422
    assert service.post(f"/v1/assessments/{'0' * 32}/replay", json={}).status_code == 404
