"""The document schema: what is read is what was written, and every mistake is named."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huashu import InputError
from huashu.labels import REGISTERS, SCHEMES
from huashu_corpora import Document, TacticMark
from huashu_corpora.document import parse_document, to_row
from texts import DOCUMENT_ROW


def test_row_and_document_are_inverse() -> None:
    document = parse_document(DOCUMENT_ROW)
    assert document.tactics == (TacticMark("service_identity", 0, 5), TacticMark("first_swipe", 14, 20))
    assert to_row(document) == DOCUMENT_ROW
    assert document.group == "x-1"


@given(st.text(min_size=1, max_size=60).filter(str.strip), st.sampled_from(SCHEMES.ids), st.sampled_from(REGISTERS.ids))
def test_any_text_survives_a_round_trip(text: str, scheme: str, register: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        return
    document = Document("a", text, scheme, register, group="a")
    assert parse_document(json.loads(json.dumps(to_row(document)))) == document


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scheme": "spam"}, "unknown scheme 'spam'; known are upgrade_fee"),
        ({"register": "novel"}, "unknown register 'novel'"),
        ({"text": " "}, "the text is empty"),
        ({"text": 3}, "'text' must be a string"),
        ({"tactics": [{"tactic": "magic", "quote": "他"}]}, "unknown tactic 'magic'"),
        (
            {"tactics": [{"tactic": "first_swipe", "quote": "不在里面"}]},
            "span outside the text: first_swipe '不在里面'",
        ),
        ({"tactics": [{"tactic": "first_swipe", "quote": "叫我", "at": 1}]}, "span outside the text"),
        ({"tactics": [{"tactic": "first_swipe", "quote": "叫我", "at": 999}]}, "span outside the text"),
        ({"tactics": "none"}, "'tactics' must be a list"),
        ({"scheme": "none"}, "scheme 'none' has no tactics"),
        ({"origin": "stolen"}, "unknown origin 'stolen'"),
        ({"shceme": "none"}, "unknown field 'shceme'"),
    ],
    ids=str,
)
def test_mistakes_are_named(change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        parse_document({**DOCUMENT_ROW, **change})
