"""The document schema: what is read is what was written, and every mistake is named with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huashu import InputError
from huashu.labels import NONE, REGISTERS, SCHEMES
from huashu_corpora import Document, TacticMark, read_documents, write_documents
from huashu_corpora.document import parse_document, to_row

ROW: dict[str, Any] = {
    "id": "x-1",
    "text": "他说是售后，叫我先刷一千，又叫我先刷一千",
    "scheme": "upgrade_fee",
    "register": "complaint",
    "tactics": [
        {"tactic": "service_identity", "quote": "他说是售后"},
        {"tactic": "first_swipe", "quote": "叫我先刷一千", "at": 14},
    ],
}


def test_row_and_document_are_inverse() -> None:
    document = parse_document(ROW)
    assert document.tactics == (TacticMark("service_identity", 0, 5), TacticMark("first_swipe", 14, 20))
    assert to_row(document) == ROW
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
def test_mistakes_are_named_with_file_and_line(change: dict[str, Any], message: str, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    rows = [{**ROW, "id": "x-0", "text": "别的文字", "tactics": []}, {**ROW, **change}]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_documents([path])
    assert str(caught.value).startswith(f"{path}:2: ")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ({**ROW, "text": "另一段"}, ":2: the id 'x-1' stands already at"),
        ({**ROW, "id": "x-2", "text": "他 說是售後!叫我先刷一千。又叫我先刷一千"}, ":2: the text is a duplicate of"),
    ],
    ids=["id", "text after normalisation"],
)
def test_duplicates_are_refused(second: dict[str, Any], message: str, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    rows = [ROW, {**second, "tactics": []}]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        read_documents([path])


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"{", "not valid JSON"), (b"[1]", "one JSON object"), ("好".encode("gb18030"), "not UTF-8")],
    ids=["json", "list", "encoding"],
)
def test_unreadable_files_are_refused(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "cases.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_documents([path])


def test_missing_file() -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_documents(["nowhere.jsonl"])


def test_written_files_are_read_back(documents: list[Document], tmp_path: Path) -> None:
    write_documents(tmp_path / "copy.jsonl", documents)
    assert read_documents([tmp_path / "copy.jsonl"]) == documents
    assert [path.name for path in tmp_path.iterdir()] == ["copy.jsonl"]


def test_shipped_corpora_cover_every_scheme_and_register(documents: list[Document]) -> None:
    assert len(documents) >= 800
    assert {document.scheme for document in documents} == set(SCHEMES.ids)
    assert {document.register for document in documents} == set(REGISTERS.ids)
    assert 0.4 <= sum(document.scheme == NONE for document in documents) / len(documents) <= 0.6
    assert all(document.hand and document.kind for document in documents)
