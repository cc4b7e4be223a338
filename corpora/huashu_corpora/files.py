"""Documents as JSON Lines: reading, writing, a digest of what was read, and where the shipped ones are."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

from huashu.errors import InputError
from huashu.files import read_text
from huashu_corpora.document import Document, fingerprint, parse_document, to_row

DATA = Path(__file__).parent / "data"

T = TypeVar("T")


def shipped_paths() -> list[Path]:
    """The shipped files, one a writing hand, in order of name."""
    return sorted((DATA / "written").glob("*.jsonl"))


Rows = Callable[[Path | str], Iterable[tuple[int, Any]]]
"""A file's rows with their numbers, from 1; InputError for what cannot be read. Whoever reads more forms than JSON
Lines gives a function of its own."""


def json_lines(path: Path | str) -> Iterator[tuple[int, Any]]:
    """``(number, value)`` of each line of a JSON Lines file that is not blank.

    Raises InputError as :func:`huashu.files.read_text`, and naming file and line for a line that is not valid JSON.
    """
    for number, line in enumerate(read_text(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(f"{path}:{number}: is not valid JSON ({error.msg} at column {error.colno})") from None


def parsed(path: Path | str, rows: Rows, parse: Callable[[Any], T]) -> Iterator[tuple[int, T]]:
    """``(number, parsed)`` of each row of a file; an InputError of ``parse`` gets the file and number before it."""
    for number, row in rows(path):
        try:
            result = parse(row)
        except InputError as error:
            raise InputError(f"{path}:{number}: {error}") from None
        yield number, result


def _document(row: Any) -> Document:
    if not isinstance(row, dict):
        raise InputError("the line must hold one JSON object")
    return parse_document(row)


def read_documents(paths: Iterable[Path | str] | None = None, rows: Rows = json_lines) -> list[Document]:
    """All documents of ``paths`` (default: the shipped ones), whose ``rows`` are read so, in order of file and line.

    Raises InputError naming file and line for a line that is not valid JSON, a field that is wrong (see
    :func:`huashu_corpora.document.parse_document`), an id used twice, or a text that is a duplicate of another after
    normalisation.
    """
    documents: list[Document] = []
    ids: dict[str, str] = {}
    texts: dict[str, str] = {}
    for path in shipped_paths() if paths is None else paths:
        for number, document in parsed(path, rows, _document):
            where = f"{path}:{number}"
            if document.id in ids:
                raise InputError(f"{where}: the id {document.id!r} stands already at {ids[document.id]}")
            mark = fingerprint(document.text)
            if mark in texts:
                raise InputError(f"{where}: the text is a duplicate of {texts[mark]} after normalisation")
            ids[document.id] = texts[mark] = where
            documents.append(document)
    return documents


def write_documents(path: Path | str, documents: Iterable[Document]) -> None:
    """Write ``documents`` to ``path``, one JSON object a line; the file appears whole or not at all."""
    path = Path(path)
    partial = path.with_name(path.name + ".partial")
    with partial.open("w", encoding="utf-8", newline="\n") as file:
        for document in documents:
            file.write(json.dumps(to_row(document), ensure_ascii=False) + "\n")
    os.replace(partial, path)


def corpus_digest(documents: Sequence[Document]) -> str:
    """SHA-256 over the documents' canonical rows in order of id."""
    digest = hashlib.sha256()
    for document in sorted(documents, key=lambda document: document.id):
        digest.update(json.dumps(to_row(document), ensure_ascii=False, sort_keys=True).encode() + b"\n")
    return digest.hexdigest()
