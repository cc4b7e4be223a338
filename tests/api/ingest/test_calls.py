"""One call in every form: the words, who speaks, and when."""

from __future__ import annotations

import json
from typing import Any

import pytest
from call_forms import WRITERS

from huashu import Classifier
from texts import load_cases

from .reading import CALL, items, problems, sources


@pytest.mark.parametrize("form", WRITERS)
def test_a_call_is_the_same_in_every_form(form: str, classifier: Classifier) -> None:
    name, write, tells = WRITERS[form]
    (item,) = items(write(CALL), name)
    turns = item.source
    assert isinstance(turns, list)
    assert [turn["words"] for turn in turns] == [turn["words"] for turn in CALL]
    if "s" in tells:
        roles = [turn["role"] for turn in turns]
        assert roles == [roles[0], roles[1]] * 3
        assert roles[0] != roles[1]
    if "b" in tells:
        whole = 1000 if all(turn["begin"] % 1000 == 0 for turn in turns) else 1  # some forms tell seconds
        assert [turn["begin"] for turn in turns] == [turn["begin"] // whole * whole for turn in CALL]
    if "t" in tells:
        assert [abs(turn["end"] - wanted["end"]) < 10 for turn, wanted in zip(turns, CALL, strict=True)] == [True] * 6
    found, expected = classifier.assess(turns), classifier.assess(CALL)
    assert (found.action, found.scheme, found.register) == ("alert", "upgrade_fee", "call")
    assert found.risk == expected.risk


@pytest.mark.parametrize("case", load_cases("call_variants"), ids=lambda case: case["name"])
def test_variants_of_forms(case: dict[str, Any]) -> None:
    content = case["content"]
    data = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    (turns,) = sources(data.encode(), case["file"])
    assert [[turn.get(key) for key in case["keys"]] for turn in turns] == case["turns"]


@pytest.mark.parametrize("case", load_cases("no_calls"), ids=lambda case: case["name"])
def test_what_only_looks_like_a_call_stays_text(case: dict[str, Any]) -> None:
    content = case["content"]
    data = content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)
    assert sources(data.encode(), case["file"]) == case["texts"]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({"asr": {"lines": [{"who": 1, "say": "您好"}]}}, "is JSON of no known form; its keys are asr"),
        ({"13912345678": 1, "结果": 2}, "is JSON of no known form; its keys are 结果, ..."),
        ([1, 2], "is JSON of no known form; it holds list"),
    ],
)
def test_json_of_no_known_form_is_refused_by_its_keys(content: Any, reason: str) -> None:
    assert problems(json.dumps(content, ensure_ascii=False).encode(), "a.json") == [reason]
