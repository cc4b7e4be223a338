"""Files of documents: what is read is what was written, and every mistake is named with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from huashu import InputError
from huashu.labels import NONE, REGISTERS, SCHEMES
from huashu_corpora import Document, read_documents, write_documents
from huashu_corpora.files import corpus_digest
from texts import DOCUMENT_ROW, write_rows


def test_a_mistake_is_named_with_file_and_line(tmp_path: Path) -> None:
    other = {**DOCUMENT_ROW, "id": "x-0", "text": "别的文字", "tactics": []}
    path = write_rows(tmp_path / "cases.jsonl", other, {}, {**DOCUMENT_ROW, "scheme": "spam"})
    path.write_text(path.read_text(encoding="utf-8").replace("{}", ""), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_documents([path])
    assert str(caught.value).startswith(f"{path}:3: unknown scheme 'spam'; known are upgrade_fee")


@pytest.mark.parametrize(
    ("second", "message"),
    [
        ({**DOCUMENT_ROW, "text": "另一段"}, ":2: the id 'x-1' stands already at"),
        (
            {**DOCUMENT_ROW, "id": "x-2", "text": "他 說是售後!叫我先刷一千。又叫我先刷一千"},
            ":2: the text is a duplicate of",
        ),
    ],
    ids=["id", "text after normalisation"],
)
def test_duplicates_are_refused(second: dict[str, Any], message: str, tmp_path: Path) -> None:
    path = write_rows(tmp_path / "cases.jsonl", DOCUMENT_ROW, {**second, "tactics": []})
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


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_documents([tmp_path / "nowhere.jsonl"])


def test_a_byte_order_mark_is_dropped(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "cases.jsonl", DOCUMENT_ROW)
    plain = read_documents([path])
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert read_documents([path]) == plain


def test_the_digest_is_that_of_the_documents_in_any_order(documents: list[Document]) -> None:
    some = documents[:20]
    assert corpus_digest(some[::-1]) == corpus_digest(some)
    assert corpus_digest(some[1:]) != corpus_digest(some)


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
