"""Routes that judge: typed answers, options, and a batch in which a bad item fails nobody else."""

from __future__ import annotations

import json

import pytest
from fastapi.testclient import TestClient

from huashu import Classifier

from ..texts import EXAMPLE, MOBILE, PERSONAL


def test_assess_returns_the_assessment(service: TestClient, classifier: Classifier) -> None:
    answer = service.post("/v1/assess", json={"text": EXAMPLE})
    assert answer.status_code == 200
    assessment = json.loads(json.dumps(classifier.assess(EXAMPLE).to_dict()))
    assert {name: answer.json()[name] for name in assessment} == assessment
    assert (answer.json()["action"], answer.json()["scheme"]) == ("alert", "upgrade_fee")


def test_assess_takes_a_dialogue(service: TestClient) -> None:
    turns = [
        {"role": "客服", "words": "您的机器到期了，免费换新", "begin": 0, "end": 10},
        {"role": "客户", "words": "哦"},
    ]
    answer = service.post("/v1/assess", json={"dialogue": turns})
    assert answer.status_code == 200
    assert all(span["turn"] == 0 for span in answer.json()["tactics"])


def test_a_request_chooses_its_operating_point(service: TestClient, classifier: Classifier) -> None:
    for name in classifier.manifest.operating_points:
        answer = service.post("/v1/assess", json={"text": EXAMPLE, "operating_point": name})
        assert answer.json()["action"] == classifier.at(name).assess(EXAMPLE).action
    unknown = service.post("/v1/assess", json={"text": EXAMPLE, "operating_point": "night"})
    assert unknown.status_code == 422
    assert "balanced, strict, wide" in unknown.json()["detail"]


def test_options_shape_the_answer(service: TestClient) -> None:
    text = f"{EXAMPLE}他的电话{MOBILE}"
    plain = service.post("/v1/assess", json={"text": text}).json()
    options = {"evidence": False, "language": "zh", "masking": True}
    shaped = service.post("/v1/assess", json={"text": text, **options}).json()
    assert plain["names"] is None
    assert MOBILE in str(plain["facts"])
    assert shaped["tactics"] == shaped["facts"] == shaped["reasons"] == []
    assert shaped["names"]["action"] == "预警"
    masked = service.post("/v1/assess", json={"text": text, "masking": True}).json()
    assert MOBILE not in str(masked)
    assert [fact["start"] for fact in masked["facts"]] == [fact["start"] for fact in plain["facts"]]


@pytest.mark.parametrize("text", ["hello", "\u0000好", "1" * 1000, "机器" * 50_000], ids=lambda text: text[:6])
def test_strange_texts_get_an_answer(service: TestClient, text: str) -> None:
    assert service.post("/v1/assess", json={"text": text}).status_code == 200


def test_problems_do_not_repeat_what_was_sent(service: TestClient) -> None:
    secret = PERSONAL["id card"]
    answer = service.post("/v1/assess", json={"text": [secret], "card": secret})
    assert answer.status_code == 422
    assert secret not in answer.text


def test_bad_items_of_a_batch_fail_nobody_else(service: TestClient) -> None:
    items = [
        {"text": "您的刷卡机到期了"},
        {"text": " "},
        3,
        None,
        {"dialogue": []},
        {"text": "您好", "evidence": False},
    ]
    answer = service.post("/v1/assess/batch", json={"items": items})
    assert answer.status_code == 200
    assert [item["problem"] is None for item in answer.json()["items"]] == [True, False, False, False, False, True]
