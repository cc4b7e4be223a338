"""Reading and writing documents as JSON Lines, and where the shipped ones are."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path

from huashu.errors import InputError
from huashu_corpora.document import Document, fingerprint, parse_document, to_row

DATA = Path(__file__).parent / "data"


def shipped_paths() -> list[Path]:
    """The shipped files, one a writing hand, in order of name."""
    return sorted((DATA / "written").glob("*.jsonl"))


def read_documents(paths: Iterable[Path | str] | None = None) -> list[Document]:
    """All documents of ``paths`` (default: the shipped ones), in order of file and line.

    Raises InputError naming file and line for a line that is not valid JSON, a field that is wrong (see
    :func:`huashu_corpora.document.parse_document`), an id used twice, or a text that is a duplicate of another after
    normalisation.
    """
    documents: list[Document] = []
    ids: dict[str, str] = {}
    texts: dict[str, str] = {}
    for path in map(Path, shipped_paths() if paths is None else paths):
        try:
            content = path.read_text(encoding="utf-8")
        except OSError as error:
            raise InputError(f"{path}: cannot be read ({error.strerror}); check the path") from None
        except UnicodeDecodeError as error:
            raise InputError(f"{path}: is not UTF-8 (byte {error.start}); convert it first") from None
        for number, line in enumerate(content.split("\n"), 1):
            if not line.strip():
                continue
            where = f"{path}:{number}"
            try:
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise InputError("the line must hold one JSON object")
                document = parse_document(row)
            except json.JSONDecodeError as error:
                raise InputError(f"{where}: is not valid JSON ({error.msg} at column {error.colno})") from None
            except InputError as error:
                raise InputError(f"{where}: {error}") from None
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
