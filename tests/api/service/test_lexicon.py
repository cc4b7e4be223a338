"""The lexicon raises and lowers verdicts, and the evidence fits them."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from huashu.evidence.script import SCRIPT

from .asking import entry_in_force
from .texts import EXAMPLE, PASSWORD


def test_the_lexicon_raises_and_lowers_without_retraining(service: TestClient) -> None:
    text = {"text": f"请把暗号{PASSWORD}告诉快递员"}
    before = service.post("/v1/assess", json=text).json()
    phrase = {"phrase": PASSWORD, "scheme": "upgrade_fee", "weight": 9.5}
    tried = service.post("/v1/lexicon/test", json=text | {"trial": phrase}).json()
    assert (tried["without"]["action"], tried["with_lexicon"]["action"]) == ("pass", "alert")
    added = service.post("/v1/lexicon/phrases", json=phrase)
    assert added.status_code == 201
    after = service.post("/v1/assess", json=text).json()
    assert (after["action"], after["scheme"]) == ("alert", "upgrade_fee")
    assert after["score"] == pytest.approx(before["score"] + 9.5, abs=1e-5)
    assert sum(reason["weight"] for reason in after["reasons"]) == pytest.approx(after["score"], abs=1e-4)
    assert [text["text"][hit["start"] : hit["end"]] for hit in after["lexicon"]] == [PASSWORD]
    assert after["lexicon_version"] == added.json()["version"] == before["lexicon_version"] + 1
    assert service.post("/v1/lexicon/phrases", json=phrase).status_code == 409
    entry = next(entry for entry in added.json()["entries"] if entry["phrase"] == PASSWORD)
    assert service.delete(f"/v1/lexicon/phrases/{entry['id']}").status_code == 200
    assert service.post("/v1/assess", json=text).json()["action"] == "pass"
    old = service.get("/v1/lexicon", params={"version": added.json()["version"]}).json()
    assert entry in old["entries"]


def test_evidence_fits_the_verdict_that_the_lexicon_leads_to(service: TestClient) -> None:
    text = f"请把暗号{PASSWORD}告诉快递员，他送来的机器先刷一千"
    before = service.post("/v1/assess", json={"text": text}).json()
    assert before["action"] != "alert"
    assert before["why_not"]
    with entry_in_force(service, phrase=PASSWORD, scheme="upgrade_fee", weight=10):
        raised = service.post("/v1/assess", json={"text": text}).json()
    assert (raised["action"], raised["scheme"]) == ("alert", "upgrade_fee")
    assert raised["why_not"] is None
    assert raised["tactics"]
    assert set(raised["missing"]) == set(SCRIPT) - {move["tactic"] for move in raised["tactics"]}
    weights = [abs(reason["weight"]) for reason in raised["reasons"]]
    assert weights == sorted(weights, reverse=True)


def test_a_phrase_for_none_lowers_the_risk(service: TestClient) -> None:
    trial = {"phrase": "刷卡机总部", "scheme": "none", "weight": 10}
    tried = service.post("/v1/lexicon/test", json={"text": EXAMPLE, "trial": trial}).json()
    assert tried["with_lexicon"]["risk"] < tried["without"]["risk"]
