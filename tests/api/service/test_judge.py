"""What an answer holds, and what is not worked out because nobody asked for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

import pytest
from fastapi.testclient import TestClient

import huashu.assess
from huashu import Classifier, InputError, Source, Verdict
from huashu_api.service.judge import Answered, Asked, Judge
from huashu_api.service.lexicon import Entry, Lexicon

from .asking import entry_in_force
from .texts import CALL, EXAMPLE, MOBILE, PASSWORD

VERDICT = [field.name for field in fields(Verdict)] + ["notes", "model_version", "operating_point"]
LEXICON = ["lexicon", "lexicon_version"]
EVIDENCE = ["tactics", "facts", "reasons", "missing", "timeline"]

BODIES: list[dict[str, Any]] = [
    {"text": EXAMPLE},
    {"dialogue": CALL},
    {"text": f"客服：您的机器到期了，暗号是{PASSWORD}\n客户：要钱吗"},
    {"text": "客服：换机\n客户：好"},  # short: the marks do not count
    {"text": "hello"},
    {"text": EXAMPLE * 30},  # long enough for windows
    {"text": EXAMPLE, "operating_point": "strict"},
]


@pytest.fixture
def no_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks for evidence fails."""

    def fail(*_: Any) -> None:
        raise AssertionError("evidence was looked for")

    for name in ("tactic_spans", "facts_of", "explain", "why_not"):
        monkeypatch.setattr(huashu.assess, name, fail)


def alone(bodies: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [body | {"evidence": False} for body in bodies]


def same_verdicts(found: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> None:
    for answer, full in zip(found, wanted, strict=True):
        assert {name: answer[name] for name in VERDICT + LEXICON} == {name: full[name] for name in VERDICT + LEXICON}
        assert [answer[name] for name in EVIDENCE] == [[]] * len(EVIDENCE)
        assert answer["why_not"] is None
        assert answer.keys() == full.keys()


@pytest.fixture(params=[False, True], ids=["without lexicon", "with lexicon"])
def full(request: pytest.FixtureRequest, service: TestClient) -> Iterable[list[dict[str, Any]]]:
    """The answers to ``BODIES`` with all evidence."""
    if request.param:
        with entry_in_force(service, phrase=PASSWORD, scheme="upgrade_fee", weight=3):
            yield [service.post("/v1/assess", json=body).json() for body in BODIES]
    else:
        yield [service.post("/v1/assess", json=body).json() for body in BODIES]


def test_no_evidence_is_worked_out_where_none_is_asked_for(
    service: TestClient, full: list[dict[str, Any]], no_evidence: None
) -> None:
    same_verdicts([service.post("/v1/assess", json=body).json() for body in alone(BODIES)], full)
    batch = service.post("/v1/assess/batch", json={"items": alone(BODIES)}).json()["items"]
    same_verdicts([item["assessment"] for item in batch], full)


def test_items_of_a_batch_without_evidence_are_judged_together(
    service: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    together: list[list[Source]] = []
    judge_many = Classifier.judge_many

    def noting(self: Classifier, sources: list[Source], *others: Any) -> Any:
        together.append(sources)
        return judge_many(self, sources, *others)

    monkeypatch.setattr(Classifier, "judge_many", noting)
    items = [{"text": "第一件"}, *alone([{"text": "第二件"}, {"text": " "}, {"text": "第三件"}]), *alone(BODIES[-1:])]
    answered = service.post("/v1/assess/batch", json={"items": items}).json()["items"]
    assert together == [["第二件", "第三件"]]
    assert [item["problem"] is None for item in answered] == [True, True, False, True, True]
    records = [
        service.get(f"/v1/assessments/{item['assessment']['id']}").json() for item in answered if item["assessment"]
    ]
    assert [record["input"] for record in records] == ["第一件", "第二件", "第三件", EXAMPLE]
    together.clear()
    with entry_in_force(service, phrase=PASSWORD, scheme="upgrade_fee", weight=3):
        service.post("/v1/assess/batch", json={"items": items})
    assert together == []


def test_what_cannot_be_judged_fails_nobody_judged_together(classifier: Classifier) -> None:
    judge = Judge(classifier, Lexicon())
    first, error, last = judge.answers([Asked(source, evidence=False) for source in (EXAMPLE, "\ud800", CALL)], None)
    assert isinstance(error, InputError)
    assert isinstance(first, Answered)
    assert isinstance(last, Answered)
    assert [first.answer, last.answer] == [judge.answer(EXAMPLE, evidence=False), judge.answer(CALL, evidence=False)]


def test_a_record_without_evidence_can_be_given_some(service: TestClient) -> None:
    answer = service.post("/v1/assess", json={"text": EXAMPLE, "evidence": False}).json()
    record = service.get(f"/v1/assessments/{answer['id']}").json()
    assert record["result"] == answer | {"id": None}
    replay = service.post(f"/v1/assessments/{answer['id']}/replay", json={}).json()
    assert replay["same"]
    assert replay["replayed"]["reasons"]


def test_an_answer_changes_into_what_is_asked_for(classifier: Classifier) -> None:
    text = f"{EXAMPLE}他的电话{MOBILE}，暗号{PASSWORD}"
    entry = Entry("one", PASSWORD, "upgrade_fee", 0.123456789, None, 1)
    answer = Judge(classifier, Lexicon(1, (entry,))).answer(text)
    assert (answer.id, answer.names, answer.lexicon_version) == (None, None, 1)
    assert answer.with_id("0" * 32).id == "0" * 32
    assert MOBILE in str(answer)
    masked = answer.masked(text)
    assert MOBILE not in str(masked)
    assert masked.named("zh").named("en") == masked.named("en")
    names = masked.named("en").names
    assert names
    assert list(names.tactics) == list(dict.fromkeys(span.tactic for span in answer.tactics))
    (hit,) = answer.to_dict()["lexicon"]
    assert hit["weight"] == 0.123456789
    assert text[hit["start"] : hit["end"]] == PASSWORD
