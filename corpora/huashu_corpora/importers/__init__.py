"""Readers for the published file formats of public data sets, for people who own a copy. No set is shipped or fetched.

A set's own classes become schemes and registers by the ``CLASSES`` table of its module; tactics are not marked. Whoever
trains on a set has to keep to its terms (several allow research only).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from huashu.errors import InputError
from huashu.reading.dialogue import MAX_CHARACTERS, check_surrogates
from huashu_corpora.document import Document, fingerprint
from huashu_corpora.files import Rows, json_lines, read_documents
from huashu_corpora.importers import ccl2023, chifraud, fbs_sms, teleantifraud, telecom
from huashu_corpora.importers.rows import Row

__all__ = ["FORMATS", "Corpus", "read_corpora", "read_corpus"]

FORMATS: Mapping[str, str] = {
    "ccl2023": "CCL2023-FCC, police case summaries in 12 classes: train.json (GJSeason/CCL2023-FCC)",
    "chifraud": "ChiFraud, web texts in 11 classes: ChiFraud_*.csv or their folder (xuemingxxx/ChiFraud)",
    "telecom5": "Telecom_Fraud_Texts_5, texts in 5 classes: label*.csv or their folder (ChangMianRen)",
    "telecom8": "Telecom_Fraud_Texts_8, texts in 8 classes: label*.csv or their folder (ChangMianRen)",
    "fbs_sms": "FBS_SMS_Dataset, fake base station SMS, a file for each of 14 classes (Cypher-Z/FBS_SMS_Dataset)",
    "teleantifraud": "TeleAntiFraud-28k, transcripts of two-speaker calls: *.jsonl or their folder (JimmyMa99)",
}
"""What ``NAME`` in ``NAME:PATH`` may be, with a short description: the set, its files, its repository on GitHub."""

_READERS: Mapping[str, Callable[[Path], Iterator[Row]]] = {
    "ccl2023": ccl2023.rows,
    "chifraud": chifraud.rows,
    "telecom5": telecom.rows5,
    "telecom8": telecom.rows8,
    "fbs_sms": fbs_sms.rows,
    "teleantifraud": teleantifraud.rows,
}


@dataclass(frozen=True, slots=True)
class Corpus:
    """What was read: the documents, and how many rows of public sets were left out.

    ``duplicates`` counts rows whose text was there already after normalisation, ``blank`` rows without a word.
    """

    documents: tuple[Document, ...]
    duplicates: int = 0
    blank: int = 0


def read_corpus(spec: str) -> list[Document]:
    """The documents of one corpus: ``NAME:PATH`` for a public set (see ``FORMATS``), or a path to our JSON Lines.

    Documents of a public set have ``origin="imported"``, the name as ``hand``, the set's own class as ``kind`` and the
    id ``NAME-n``, n being the place of the row in the set. Files may be UTF-8 or GB18030. Raises InputError naming file
    and line for an unknown class or wrong columns, and like :func:`huashu_corpora.files.read_documents` for our files.
    """
    return list(read_corpora([spec]).documents)


def read_corpora(specs: Iterable[str], rows: Rows = json_lines) -> Corpus:
    """Several corpora as one, each given as for :func:`read_corpus`; our own files first, whose ``rows`` are read so,
    then the sets as named.

    Rows are numbered through over all paths of a set. A row whose text is a duplicate of an earlier document, of
    whichever corpus, is left out and counted.
    """
    own: list[str] = []
    sets: list[tuple[str, Path]] = []
    for spec in specs:
        name, place = _split(spec)
        if name:
            sets.append((name, Path(place).expanduser()))
        else:
            own.append(place)
    documents = read_documents(own, rows) if own else []
    ids = {document.id for document in documents}
    texts = {fingerprint(document.text) for document in documents}
    numbers = dict.fromkeys(FORMATS, 0)
    duplicates = blank = 0
    for name, path in sets:
        for row in _READERS[name](path):
            numbers[name] += 1
            document = _document(f"{name}-{numbers[name]}", name, row)
            mark = fingerprint(document.text)
            if not mark:
                blank += 1
            elif mark in texts:
                duplicates += 1
            elif document.id in ids:
                raise InputError(f"{row.where}: the id {document.id!r} stands already in one of your own files")
            else:
                texts.add(mark)
                documents.append(document)
    return Corpus(tuple(documents), duplicates, blank)


def _split(spec: str) -> tuple[str, str]:
    """``NAME:PATH`` as (name, path), a plain path as ("", path). A colon in a path, as in ``C:\\x``, is no mistake."""
    name, colon, path = spec.partition(":")
    if colon and name in FORMATS:
        if not path:
            raise InputError(f"the path is missing in {spec!r}; expected {name}:PATH")
        return name, path
    if colon and len(name) > 1 and not {"/", "\\"} & set(name) and not Path(spec).exists():
        raise InputError(f"unknown corpus format {name!r} in {spec!r}; known are {', '.join(FORMATS)}")
    return "", spec


def _document(document_id: str, name: str, row: Row) -> Document:
    text = row.text.strip()
    try:
        if len(text) > MAX_CHARACTERS:
            raise InputError(f"the text has {len(text):,} characters; the limit is {MAX_CHARACTERS:,}")
        check_surrogates(text)
    except InputError as error:
        raise InputError(f"{row.where}: {error}") from None
    return Document(
        id=document_id,
        text=text,
        scheme=row.scheme,
        register=row.register,
        hand=name,
        kind=row.kind,
        group=document_id,
        origin="imported",
    )
