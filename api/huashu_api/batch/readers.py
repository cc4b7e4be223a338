"""Records from files: each format as an iterator that never gives up on a file because of one row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import IO, Any

from huashu import InputError
from huashu.reading.dialogue import MAX_CHARACTERS
from huashu_api.batch.calls import group
from huashu_api.batch.columns import Columns, choose
from huashu_api.batch.files import STDIN, File, encoding_of, open_bytes, peek
from huashu_api.batch.records import Options, Record

MAX_LINE = 32 << 20
"""Longest line in bytes; a longer one is rejected without being held in memory."""

MAX_JSON = 64 << 20
"""Largest .json file in bytes: unlike JSON Lines it has to be read as a whole."""


@dataclass(frozen=True, slots=True)
class Note:
    """What the user should know about how a file was read."""

    file: str
    encoding: str
    columns: str


Tell = Callable[[Note], None]
Advance = Callable[[int], None]
"""Told the place in the file's raw bytes as reading goes on."""


def read(file: File, options: Options, tell: Tell, advance: Advance) -> Iterator[Record]:
    """The records of ``file``. Only a table without the asked-for columns raises (InputError); a damaged file ends in
    a record that says so."""
    last = 0
    try:
        with open_bytes(file) as (stream, raw):
            found = (
                _parquet(file, raw, options, tell)
                if file.format == "parquet"
                else _records(file, stream, options, tell)
            )
            for count, record in enumerate(found):
                last = record.row + record.rows - 1
                yield record
                if count % 256 == 0 and file.size:
                    advance(raw.tell())
    except (OSError, EOFError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "its data is damaged"
        yield Record(file.name, last + 1, None, None, f"the file cannot be read from here on ({reason})")


def _records(file: File, stream: io.BufferedReader, options: Options, tell: Tell) -> Iterator[Record]:
    encoding = encoding_of(stream)
    if encoding is None:
        yield Record(file.name, 1, None, None, "the file holds binary data, not text")
        return
    if not peek(stream):
        yield Record(file.name, 1, None, None, "the file is empty")
        return
    kind = file.format
    if kind == "stdin":
        kind = "jsonl" if peek(stream).lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" else "txt"
    shown = "utf-8" if encoding == "utf-8-sig" else encoding
    if kind == "txt":
        tell(Note(file.name, shown, "one text" if file.whole else "a text a line"))
        yield from _whole(file, stream, encoding) if file.whole else _lines(file, stream, encoding)
        return
    rows = {"csv": _csv, "tsv": _csv, "jsonl": _json_lines, "json": _json}[kind](file, stream, encoding)
    yield from _table(file, rows, options, lambda columns: tell(Note(file.name, shown, columns)))


Row = tuple[int, Mapping[str, Any] | str]
"""A row's number and its values by column, or what is wrong with it."""


def _table(file: File, rows: Iterable[Row], options: Options, tell: Callable[[str], None]) -> Iterator[Record]:
    """Records of a table; the first good row decides on the columns."""
    columns: Columns | None = None

    def records() -> Iterator[tuple[Record, Mapping[str, Any] | None]]:
        nonlocal columns
        for number, row in rows:
            if isinstance(row, str):
                yield Record(file.name, number, None, None, row), None
                continue
            if columns is None:
                columns = choose(list(row), options.columns, file.name)
                missing = [name for name in options.keep if name not in row]
                if missing:
                    raise InputError(f"{file.name}: has no column {missing[0]!r} to keep; it has {', '.join(row)}")
                tell(columns.describe())
            yield _record(file.name, number, row, columns, options.keep), row

    yield from group(records(), lambda: columns)


def _record(file: str, number: int, row: Mapping[str, Any], columns: Columns, keep: tuple[str, ...]) -> Record:
    value = row.get(columns.text)
    if value is None:  # JSON rows may differ: some have a text, some a dialogue
        value = next((row[name] for name in ("dialogue", "text") if row.get(name) is not None), None)
    record = Record(
        file, number, None if columns.id is None else _cell(row.get(columns.id)), None,
        kept={name: _cell(row.get(name)) for name in keep},
    )  # fmt: skip
    if isinstance(value, str | list):
        return replace(record, source=value)
    kind = "empty" if value is None else f"neither a text nor a list of turns but {type(value).__name__}"
    return replace(record, problem=f"column {columns.text!r} is {kind}")


def _cell(value: Any) -> str | None:
    """A value as the text of one output cell."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | dict) else str(value)


def _byte_lines(stream: IO[bytes]) -> Iterator[bytes | None]:
    """Lines without their ends; None for one longer than ``MAX_LINE``."""
    while line := stream.readline(MAX_LINE):
        if len(line) == MAX_LINE and not line.endswith(b"\n"):
            while (rest := stream.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                pass
            yield None
        else:
            yield line.rstrip(b"\r\n")


def _text_lines(stream: io.BufferedReader, encoding: str) -> Iterator[tuple[int, str, str]]:
    """``(number, line, problem)``; a line of another encoding than its file is tried in that too."""
    if encoding == "utf-16":
        text = io.TextIOWrapper(stream, encoding, errors="surrogateescape")
        yield from ((number, line.rstrip("\r\n"), "") for number, line in enumerate(text, 1))
        return
    for number, line in enumerate(_byte_lines(stream), 1):
        if line is None:
            yield number, "", f"the line is longer than {MAX_LINE >> 20} MB"
            continue
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        for code in dict.fromkeys((encoding.removesuffix("-sig"), "utf-8", "gb18030")):
            try:
                decoded = line.decode(code)
            except UnicodeDecodeError:
                continue
            yield number, decoded, "" if decoded.strip() else "the line is empty"
            break
        else:
            yield number, "", "is neither UTF-8 nor GB18030"


def _lines(file: File, stream: io.BufferedReader, encoding: str) -> Iterator[Record]:
    for number, line, problem in _text_lines(stream, encoding):
        yield Record(file.name, number, None, None if problem else line, problem)


def _whole(file: File, stream: io.BufferedReader, encoding: str) -> Iterator[Record]:
    data = stream.read(4 * MAX_CHARACTERS + 4)
    name = file.name.rsplit("/", 1)[-1]
    if len(data) > 4 * MAX_CHARACTERS:
        yield Record(file.name, 1, name, None, f"the text has more than {MAX_CHARACTERS:,} characters: split it")
        return
    try:
        yield Record(file.name, 1, name, data.decode(encoding))
    except UnicodeDecodeError as error:
        yield Record(file.name, 1, name, None, f"is neither UTF-8 nor GB18030 (byte {error.start})")


def _csv(file: File, stream: io.BufferedReader, encoding: str) -> Iterator[Row]:
    limit = csv.field_size_limit(MAX_LINE)  # of the whole interpreter, so it is put back
    try:
        yield from _csv_rows(file, stream, encoding)
    finally:
        csv.field_size_limit(limit)


def _csv_rows(file: File, stream: io.BufferedReader, encoding: str) -> Iterator[Row]:
    text = io.TextIOWrapper(stream, encoding, errors="surrogateescape", newline="")
    reader = csv.reader(text, delimiter="\t" if file.format == "tsv" else ",")
    header: list[str] | None = None
    number = 0
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            number += 1
            yield number, f"is not valid CSV ({error})"
            continue
        if row is None:
            if header is None:
                yield 1, "the file is empty"
            return
        if header is None:
            header = row
            continue
        number += 1
        if not row:
            yield number, "the line is empty"
        elif len(row) != len(header):
            yield number, f"has {len(row)} cells, the header has {len(header)}"
        else:
            yield number, dict(zip(header, row, strict=True))


def _json_lines(file: File, stream: io.BufferedReader, encoding: str) -> Iterator[Row]:
    for number, line, problem in _text_lines(stream, encoding):
        if problem:
            yield number, problem
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield number, f"is not valid JSON ({_json_problem(error)})"
            continue
        yield number, row if isinstance(row, dict) and row else "is not a JSON object"


def _json_problem(error: Exception) -> str:
    return f"{error.msg}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "too deep or too large"


def _json(file: File, stream: io.BufferedReader, encoding: str) -> Iterator[Row]:
    """A list of tickets, an object that holds one, or a single ticket or dialogue."""
    data = stream.read(MAX_JSON + 1)
    if len(data) > MAX_JSON:
        yield 1, f"the file is larger than {MAX_JSON >> 20} MB; convert it to JSON Lines"
        return
    try:
        found = json.loads(data.decode(encoding))
    except (ValueError, RecursionError) as error:
        yield 1, f"is not valid JSON ({_json_problem(error)})"
        return
    if isinstance(found, list) and found and all(isinstance(row, dict) and "words" in row for row in found):
        found = {"dialogue": found}
    if isinstance(found, dict):
        lists = [value for key, value in found.items() if isinstance(value, list) and key not in ("dialogue", "turns")]
        tickets = [v for v in lists if v and all(isinstance(row, dict) and "words" not in row for row in v)]
        found = tickets[0] if len(tickets) == 1 and "dialogue" not in found and "text" not in found else [found]
    if not isinstance(found, list) or not found:
        yield 1, "holds no tickets: a list of objects is needed"
        return
    for number, row in enumerate(found, 1):
        yield number, row if isinstance(row, dict) and row else "is not a JSON object"


def _parquet(file: File, raw: IO[bytes], options: Options, tell: Tell) -> Iterator[Record]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    if file.name == STDIN or file.compression:
        yield Record(file.name, 1, None, None, "Parquet has to be a plain file")
        return
    try:
        table = pq.ParquetFile(raw)
    except pa.ArrowException:
        yield Record(file.name, 1, None, None, "is not a Parquet file")
        return
    columns = choose(table.schema_arrow.names, options.columns, file.name)
    needed = [columns.text, columns.id, columns.role, columns.begin, *options.keep]
    for name in options.keep:
        if name not in table.schema_arrow.names:
            raise InputError(
                f"{file.name}: has no column {name!r} to keep; it has {', '.join(table.schema_arrow.names)}"
            )
    used = list(dict.fromkeys(name for name in needed if name))

    def rows() -> Iterator[Row]:
        number = 0
        for batch in table.iter_batches(batch_size=1024, columns=used):
            for row in batch.to_pylist():
                number += 1
                yield number, row

    chosen = replace(options, columns={use: getattr(columns, use) or "none" for use in ("text", "id", "role", "begin")})
    yield from _table(file, rows(), chosen, lambda shown: tell(Note(file.name, "Parquet", shown)))
