"""The items of a file, whatever its form."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import IO

from huashu_api.ingest import archives, kinds
from huashu_api.ingest.calls.turns import Call
from huashu_api.ingest.documents.lines import line_items
from huashu_api.ingest.documents.mail import MAX_MAIL, mail_of, mails_in
from huashu_api.ingest.documents.text import text_item, whole_text
from huashu_api.ingest.encoding import encoding_of
from huashu_api.ingest.finding import STDIN, File
from huashu_api.ingest.items import Item, Note, ReadOptions
from huashu_api.ingest.opening import buffered, open_bytes, peek, seekable, unpacked
from huashu_api.ingest.tables.columns import Columns
from huashu_api.ingest.tables.delimited import delimited_rows
from huashu_api.ingest.tables.heading import has_heading, headed
from huashu_api.ingest.tables.json_rows import INVALID, MAX_JSON, json_content, json_line_rows
from huashu_api.ingest.tables.rows import Row, row_items
from huashu_api.ingest.tickets import cases

DAMAGED = "the file cannot be read from here on"
NOTHING = "holds nothing to judge"
EVERY = 256
"""So many items lie between two looks at the place in the file."""
MAX_PAGE_BYTES = 32 << 20
TOO_LARGE = "is too large for its form: split it"


def read(
    file: File,
    options: ReadOptions,
    on_note: Callable[[Note], None] = lambda note: None,
    on_place: Callable[[int], None] = lambda place: None,
) -> Iterator[Item]:
    """The items of ``file``; nothing raises: what cannot be read is an item that says why, a damaged file ends in one.

    ``on_note`` is told how the file, or each sheet or file in it, is read, ``on_place`` now and then how many of its
    raw bytes have been.
    """
    last = 0
    try:
        with open_bytes(file) as (stream, raw):
            at_disk = None if file.path == STDIN else raw
            for count, item in enumerate(read_stream(file.name, stream, options, on_note, at_disk)):
                last = item.row + item.rows - 1
                yield item
                if count % EVERY == 0 and file.size:
                    on_place(raw.tell())
    except (OSError, EOFError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "its data is damaged or cut off"
        yield Item(file.name, last + 1, None, None, f"{DAMAGED} ({why})", damaged=True)


def read_stream(
    name: str,
    stream: io.BufferedReader,
    options: ReadOptions,
    on_note: Callable[[Note], None] = lambda note: None,
    raw: IO[bytes] | None = None,
) -> Iterator[Item]:
    """As :func:`read`, of the bytes of something called ``name``; ``raw`` is the file under the stream, if any. Raises
    OSError or EOFError where the bytes end too early."""
    for item in _Reader(options, on_note).items(name, stream, raw, 0):
        yield from cases(item) if options.split else (item,)


@dataclass(frozen=True, slots=True)
class _Reader:
    options: ReadOptions
    on_note: Callable[[Note], None]

    def items(self, name: str, stream: io.BufferedReader, raw: IO[bytes] | None, depth: int) -> Iterator[Item]:
        empty = True
        for item in self._items(name, stream, raw, depth):
            empty = False
            yield item
        if empty:
            yield Item(name, 1, None, None, NOTHING)

    def _items(self, name: str, stream: io.BufferedReader, raw: IO[bytes] | None, depth: int) -> Iterator[Item]:
        inner = unpacked(stream)
        if inner is not None:
            if depth >= archives.MAX_DEPTH:
                yield Item(name, 1, None, None, f"is packed more than {archives.MAX_DEPTH} times")
                return
            bare = name[: -len(ending)] if (ending := _packed_ending(name)) else name
            yield from (
                replace(item, file=item.file.replace(bare, name, 1))
                for item in self.items(bare, inner, None, depth + 1)
            )
            return
        kind, problem = kinds.kind_of(name, peek(stream)[:65536])
        if problem:
            yield Item(name, 1, None, None, problem)
        elif kind in ("sheets", "word", "pdf", "parquet", "zip"):
            yield from self._seekable(name, kind, stream, raw, depth)
        elif kind == "tar":
            yield from self._members(name, archives.tar_members(stream), depth)
        elif kind == "mailbox":
            for number, data in enumerate(mails_in(stream), 1):
                yield from self._mail(f"{name}/{number}", data, depth)
        elif kind == "mail":
            yield from self._mail(name, stream.read(MAX_MAIL + 1), depth)
        else:
            yield from self._text(name, kind, stream)

    def _seekable(
        self, name: str, kind: str, stream: io.BufferedReader, raw: IO[bytes] | None, depth: int
    ) -> Iterator[Item]:
        with seekable(stream, raw) as file:
            if file is None:
                yield Item(name, 1, None, None, TOO_LARGE)
            elif kind == "zip":
                yield from self._members(name, archives.zip_members(file), depth)
            elif kind == "parquet":
                from huashu_api.ingest.tables.parquet import parquet_items  # noqa: PLC0415  (pyarrow: 30 MB)

                yield from parquet_items(name, file, self.options, self._columns(name, "", "Parquet"))
            elif kind == "sheets":
                from huashu_api.ingest.tables.sheets import sheet_items  # noqa: PLC0415  (for workbooks only)

                def note(sheet: str, columns: Columns) -> None:
                    self.on_note(Note(f"{name} [{sheet}]", "", columns.describe()))

                yield from sheet_items(name, file, self.options, note)
            elif kind == "word":
                from huashu_api.ingest.documents.word import word_text  # noqa: PLC0415  (lxml, for letters only)

                self.on_note(Note(name, "", "one text"))
                yield text_item(name, *word_text(file))
            else:
                from huashu_api.ingest.documents.pdf import pdf_text  # noqa: PLC0415  (for pages only)

                self.on_note(Note(name, "", "one text"))
                yield text_item(name, *pdf_text(file))

    def _members(self, name: str, members: Iterator[archives.Member], depth: int) -> Iterator[Item]:
        if depth >= archives.MAX_DEPTH:
            yield Item(name, 1, None, None, f"archives lie more than {archives.MAX_DEPTH} deep in one another")
            return
        count = 0
        for member, content in members:
            count += 1
            inside = f"{name}/{member.lstrip('/')}" if member else name
            if isinstance(content, str):
                yield Item(inside, 1, None, None, content)
                continue
            try:
                yield from self.items(inside, content, None, depth + 1)
            except (OSError, EOFError):
                yield Item(inside, 1, None, None, DAMAGED, damaged=True)
        if not count:
            yield Item(name, 1, None, None, "the archive is empty")

    def _mail(self, name: str, data: bytes, depth: int) -> Iterator[Item]:
        mail = mail_of(data)
        if isinstance(mail, str):
            yield Item(name, 1, None, None, mail)
            return
        if mail.text or not mail.attached:
            self.on_note(Note(name, "", "mail"))
            yield text_item(name, mail.text)
        yield from (
            self._members(name, ((n, buffered(io.BytesIO(d))) for n, d in mail.attached), depth)
            if mail.attached
            else ()
        )

    def _text(self, name: str, kind: str, stream: io.BufferedReader) -> Iterator[Item]:
        encoding = encoding_of(stream)
        if encoding is None:
            yield Item(name, 1, None, None, "the file holds binary data, not text")
            return
        shown = encoding.removesuffix("-sig")
        if kind in ("delimited", "jsonl"):
            rows = delimited_rows if kind == "delimited" else json_line_rows
            yield from row_items(name, rows(stream, encoding), self.options, self._columns(name, shown))
        elif kind == "json":
            yield from self._from_json(name, shown, json_content(stream.read(MAX_JSON + 1), encoding))
        elif kind == "page":
            yield from self._page(name, shown, stream.read(MAX_PAGE_BYTES).decode(encoding, "replace"))
        elif self.options.lines or (self.options.lines is None and name == STDIN):
            self.on_note(Note(name, shown, "a text a line"))
            yield from line_items(name, stream, encoding)
        else:
            yield from self._whole(name, shown, stream, encoding)

    def _page(self, name: str, shown: str, page: str) -> Iterator[Item]:
        """A page as one text, or as the tables that it holds: those with a usual heading, and all of one that goes by a
        workbook's name."""
        from huashu_api.ingest.documents.page import page_tables, page_text  # noqa: PLC0415  (lxml, for pages only)

        named = kinds.is_sheet(name)
        tables = [table for table in page_tables(page) if has_heading(table) or (named and _is_table(table))]
        if not tables:
            self.on_note(Note(name, shown, "one text"))
            yield text_item(name, page_text(page))
        for table in tables:
            rows = headed(enumerate(table, 1), first_is_row=True)
            yield from row_items(name, rows, self.options, self._columns(name, shown, "table of a page"))

    def _whole(self, name: str, shown: str, stream: io.BufferedReader, encoding: str) -> Iterator[Item]:
        """A text file as one text, or, where its text is JSON, as what that holds."""
        start = peek(stream)[:65536].lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
        text, problem = whole_text(stream, encoding)
        if text is not None and start in (b"{", b"["):
            content = json_content(text.encode("utf-8", "replace"), "utf-8")
            if not isinstance(content, str) or not content.startswith(INVALID):
                yield from self._from_json(name, shown, content)
                return
        item = text_item(name, text, problem)
        self.on_note(Note(name, shown, "one text" if isinstance(item.source, str | None) else "one call"))
        yield item

    def _from_json(self, name: str, shown: str, content: Call | list[Row] | str) -> Iterator[Item]:
        if isinstance(content, str):
            yield Item(name, 1, None, None, content)
        elif isinstance(content, Call):
            self.on_note(Note(name, shown, f"one call, {content.form}"))
            problem = "" if content.turns else "the call has no words"
            yield Item(name, 1, content.id or name.rsplit("/", 1)[-1], content.turns or None, problem)
        else:
            yield from row_items(name, content, self.options, self._columns(name, shown))

    def _columns(self, name: str, encoding: str, form: str = "") -> Callable[[Columns], None]:
        def note(columns: Columns) -> None:
            self.on_note(Note(name, encoding, ", ".join(filter(None, (form, columns.describe())))))

        return note


def _is_table(rows: list[list[str | None]]) -> bool:
    return len(rows) > 1 and max(map(len, rows)) > 1


def _packed_ending(name: str) -> str:
    return next((ending for ending in (".gz", ".zst", ".gzip", ".zstd") if name.lower().endswith(ending)), "")
