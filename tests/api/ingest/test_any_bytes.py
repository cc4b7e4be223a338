"""Whatever the bytes, reading gives items, each of which can be judged or says why not: nothing else is raised."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from contextlib import suppress

import docx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from call_forms import WRITERS, turns_csv
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from huashu import InputError
from huashu.reading.dialogue import parse
from huashu_api.ingest import find, read
from huashu_api.ingest.items import ReadOptions

from .reading import CALL

LETTER = "From: a@x.invalid\nTo: b@x.invalid\nSubject: 投诉\nDate: Fri, 7 Mar 2025 10:00:00 +0800\n\n机子被人换了。\n"
PAGE = "<html><body><p>有人自称总部，寄来机器</p><script>x()</script></body></html>"


def _book() -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        book.add_worksheet().add_table(0, 0, 3, 1, {"data": [["1", "机器到期"], ["2", "停水"]]})
    return data.getvalue()


def _word() -> bytes:
    data, letter = io.BytesIO(), docx.Document()
    letter.add_paragraph("有人自称总部，寄来机器")
    letter.save(data)
    return data.getvalue()


def _parquet() -> bytes:
    data = io.BytesIO()
    pq.write_table(pa.table({"id": ["1", "2"], "text": ["机器到期", "停水"]}), data)
    return data.getvalue()


def _zip() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("甲.csv", turns_csv(CALL))
        archive.writestr("乙.txt", "停水")
    return data.getvalue()


CALLS = {name: (file, write(CALL)) for name, (file, write, _) in WRITERS.items()}
SAMPLES: dict[str, tuple[str, bytes]] = CALLS | {
    "xlsx": ("a.xlsx", _book()), "docx": ("a.docx", _word()), "parquet": ("a.parquet", _parquet()),
    "zip": ("a.zip", _zip()), "gz": ("a.csv.gz", gzip.compress(turns_csv(CALL))), "mail": ("a.eml", LETTER.encode()),
    "mailbox": ("a.mbox", f"From a@x.invalid Fri Mar  7 10:00:00 2025\n{LETTER}\n".encode() * 2),
    "page": ("a.html", PAGE.encode()), "gb18030": ("a.csv", "编号,内容\n1,机器到期\n".encode("gb18030")),
    "utf-16": ("a.txt", "机器到期，换一台".encode("utf-16")),
    "pdf": ("a.pdf", b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\n"),
}  # fmt: skip
NAMES = ["a.json", "a.jsonl", "a.csv", "a.txt", "a.srt", "a.xlsx", "a.eml", "a.zip", "a.html", "a.pdf", "a"]


def _cut(data: bytes, place: int, length: int, _: bytes) -> bytes:
    return data[:place] + data[place + length :]


def _ended(data: bytes, place: int, length: int, _: bytes) -> bytes:
    return data[:place]


def _again(data: bytes, place: int, length: int, _: bytes) -> bytes:
    return data[: place + length] + data[place:]


def _put(data: bytes, place: int, length: int, new: bytes) -> bytes:
    return data[:place] + new + data[place:]


def _over(data: bytes, place: int, length: int, new: bytes) -> bytes:
    return data[:place] + new + data[place + len(new) :]


CHANGES: list[Callable[[bytes, int, int, bytes], bytes]] = [_cut, _ended, _again, _put, _over]
PUT = [b"null", b"[", b"}", b'"', b"\xff\xfe", b"\x00", b"9" * 30, b"-1", b"\n", b","]
change = st.tuples(
    st.sampled_from(CHANGES),
    st.integers(0, 1 << 16),
    st.integers(0, 64),
    st.one_of(st.binary(max_size=8), st.sampled_from(PUT)),
)


def check(data: bytes, name: str, folder: str) -> None:
    path = f"{folder}/{name}"
    with open(path, "wb") as file:
        file.write(data)
    for options in (ReadOptions(), ReadOptions(lines=True, split=True, whole=True)):
        items = [item for file in find([path]) for item in read(file, options)]
        assert items
        for item in items:
            assert (item.source is None) == bool(item.problem)
            assert item.row >= 1
            assert item.rows >= 1
            if item.source is not None:
                with suppress(InputError):
                    parse(item.source)


@pytest.mark.slow
@pytest.mark.parametrize("form", SAMPLES)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(changes=st.lists(change, min_size=1, max_size=4))
def test_a_changed_file_is_read_or_refused(
    form: str, changes: list[tuple[Callable[[bytes, int, int, bytes], bytes], int, int, bytes]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    name, data = SAMPLES[form]
    for do, place, length, new in changes:
        data = do(data, place % (len(data) + 1), length, new)
    check(data, name, str(tmp_path_factory.getbasetemp()))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["text", "words", "role", "begin", "start", "end", "result", "data", "turns", "sentences", "id"]
            )
            | st.text(max_size=5),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(value=json_values, name=st.sampled_from(["a.json", "a.jsonl", "a.txt"]))
def test_any_json_is_read_or_refused(value: object, name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    check(json.dumps(value).encode(), name, str(tmp_path_factory.getbasetemp()))


@pytest.mark.slow
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.binary(max_size=300), name=st.sampled_from(NAMES))
def test_any_bytes_under_any_name(data: bytes, name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    check(data, name, str(tmp_path_factory.getbasetemp()))
