"""Transcripts of calls: turns, and the many ways in which a row tells its class."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from huashu.reading.dialogue import parse_text
from huashu_corpora.importers import read_corpus
from texts import CASES

IMPORTS = CASES / "imports"


def test_calls_have_turns_that_are_recognised() -> None:
    documents = {document.kind: document for document in read_corpus(f"teleantifraud:{IMPORTS / 'teleantifraud'}")}
    dialogue = parse_text(documents["投资诈骗"].text)
    assert [turn.role for turn in dialogue.turns] == ["agent", "customer", "agent"]
    assert [turn.role for turn in parse_text(documents["订餐服务"].text).turns] == ["agent", "customer", "agent"]


def test_calls_in_folders_take_their_class_from_the_nearest() -> None:
    merged = IMPORTS / "teleantifraud" / "merged_result"
    fraud, normal = read_corpus(f"teleantifraud:{merged}")
    assert (fraud.kind, fraud.text) == ("fraud", "左：我是你表叔，手机丢了用别人的\n右：哪个表叔")
    assert (normal.kind, normal.text) == ("normal", "右：请问灯泡修好了吗\n左：修好了，下午给您 送去")


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"is_fraud": False, "fraud_type": "投资诈骗"}, "normal"),
        ({"is_fraud": True, "fraud_type": "投资诈骗"}, "投资诈骗"),
        ({"is_fraud": 1, "fraud_type": ""}, "fraud"),
        ({"label": "normal"}, "normal"),
        ({"answer": "fraud"}, "fraud"),
    ],
    ids=str,
)
def test_calls_say_fraud_or_normal_in_several_ways(fields: dict[str, object], kind: str, tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text(json.dumps({"left": ["喂"], "right": ["你好"], **fields}), encoding="utf-8")
    assert [document.kind for document in read_corpus(f"teleantifraud:{path}")] == [kind]
