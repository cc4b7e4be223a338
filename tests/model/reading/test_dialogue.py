"""Turns and roles out of marked text and out of lists, and the errors for what cannot be judged."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huashu import InputError
from huashu.reading.dialogue import MAX_CHARACTERS, parse
from texts import load_cases


@pytest.mark.parametrize("case", load_cases("dialogues"), ids=lambda case: str(case["text"])[:12])
def test_speaker_marks(case: dict[str, Any]) -> None:
    assert [[turn.role, turn.words] for turn in parse(case["text"]).turns] == case["turns"]


@given(
    st.lists(
        st.sampled_from(["客服：您好", "客户：嗯", "【坐席】好", "A:在", "00:12 说话人1：喂", "停机。", "\n"])
    ).map("".join)
)
def test_words_stand_where_the_turn_says(text: str) -> None:
    if not text.strip():
        return
    for turn in parse(text).turns:
        assert text[turn.start : turn.start + len(turn.words)] == turn.words


def test_list_of_turns_keeps_times_and_roles() -> None:
    dialogue = parse([{"role": "坐席", "words": "您好", "begin": 0, "end": 900}, {"role": "客户", "words": "嗯"}])
    assert [(t.role, t.begin, t.end) for t in dialogue.turns] == [("agent", 0, 900), ("customer", None, None)]


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", "empty"),
        (" \n\t\u3000", "empty"),
        ([], "empty"),
        ("字" * (MAX_CHARACTERS + 1), "the limit is 200,000"),
        ("好\ud800", "lone surrogate at offset 1"),
        (b"bytes", "not bytes"),
        (None, "not NoneType"),
        ([{"role": "客服"}], "turn 0: 'words'"),
        (["客服"], "turn 0 must be an object"),
        ([{"words": "好", "role": 3}], "turn 0: 'role'"),
        ([{"words": "好", "begin": "0"}], "turn 0: 'begin'"),
    ],
    ids=str,
)
def test_what_cannot_be_judged_is_refused_with_the_reason(source: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse(source)
