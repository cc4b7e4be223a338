"""Items from rows with columns, whatever file they come from."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain, islice
from typing import Any

from huashu import InputError, Source
from huashu_api.ingest.calls.json_calls import call_in, known_call_in, told
from huashu_api.ingest.calls.paths import loads
from huashu_api.ingest.calls.transcripts import turns_in
from huashu_api.ingest.items import Item, ReadOptions
from huashu_api.ingest.tables.columns import SAMPLE, Columns, check_kept, choose, guess, side_of
from huashu_api.ingest.tables.turns import group

_TAG = re.compile(r"<(?:br|p|div|span|li|td)\b[^<>]{0,200}>", re.I)
FACETS = ("day", "agent", "source")
"""Uses of columns by which rows are counted."""
Row = tuple[int, Mapping[str, Any] | str]
"""A row's number, from 1, and its values by column, or what is wrong with it."""


def row_items(
    file: str,
    rows: Iterable[Row],
    options: ReadOptions,
    on_columns: Callable[[Columns], None],
    sheet: str | None = None,
) -> Iterator[Item]:
    """An item for each row, or, where rows are turns, for each call. The first rows decide on the columns, which
    ``on_columns`` is then told. A table without a column for the text, or that lacks one that was asked for, is one
    item that says so."""
    remaining = iter(rows)
    sample = list(islice(remaining, SAMPLE))
    objects = [row for _, row in sample if not isinstance(row, str)]
    if not objects:
        yield from (_refused(file, number, row, sheet) for number, row in chain(sample, remaining))
        return
    header = list(dict.fromkeys(name for row in objects for name in row))
    named = options.columns_of(file)
    try:
        check_kept(header, options.keep, file)
        columns = _columns(header, named, file, objects)
    except InputError as error:
        yield Item(file, sample[0][0], None, None, str(error).removeprefix(f"{file}: "), sheet=sheet)
        return
    on_columns(columns)
    pairs = (
        (_refused(file, number, row, sheet), None)
        if isinstance(row, str)
        else (_item(file, sheet, number, row, columns, options), row)
        for number, row in chain(sample, remaining)
    )
    yield from group(pairs, columns)


def _refused(file: str, number: int, row: Any, sheet: str | None) -> Item:
    return Item(file, number, None, None, row if isinstance(row, str) else "is no row", sheet=sheet)


def _columns(header: list[str], named: Mapping[str, str], file: str, sample: list[Mapping[str, Any]]) -> Columns:
    """The columns of a table; rows that are each a call of a known form need none for the text."""
    try:
        return choose(header, named, file, sample)
    except InputError:
        if "text" not in named and any(call_in(row) for row in sample[:3]):
            return Columns("", guess(header, "id"), why="each row is a call")
        raise


def _item(
    file: str, sheet: str | None, number: int, row: Mapping[str, Any], columns: Columns, options: ReadOptions
) -> Item:
    source, problem, call_id = _found(row, columns)
    facets = {}
    for use in FACETS:
        name = getattr(columns, use)
        if name and (shown := cell(row.get(name))):
            facets[use] = shown
    return Item(
        file,
        number,
        (columns.id and cell(row.get(columns.id))) or call_id,
        source,
        problem,
        kept=dict(row) if options.whole else {name: cell(row.get(name)) for name in options.keep},
        sheet=sheet,
        facets=facets,
    )


def _found(row: Mapping[str, Any], columns: Columns) -> tuple[Source | None, str, str | None]:
    """What of a row can be judged, or else why nothing can; and the id of the call that it is, if it tells one."""
    if columns.sides:
        return _by_sides(row, columns)
    value = row.get(columns.text)
    if value is None or isinstance(value, dict):  # JSON rows may differ: some have a text, some a dialogue
        value = next((row[name] for name in ("dialogue", "text") if isinstance(row.get(name), str | list)), None)
    if columns.turns and isinstance(value, str):
        return value, "", None
    if not columns.turns and any(isinstance(found, list | dict) for found in row.values()):
        call = known_call_in(row)
        if call:
            return call.turns, "", call.id
    source = source_of(value)
    if source is not None:
        return source, "", None
    if value is not None:
        return None, f"column {columns.text!r} holds neither a text nor a call but {_kind(value)}", None
    call = call_in(row)
    if call:
        return call.turns, "", call.id
    kind = "is empty" if columns.text in row or not row else f"is missing; {told(row)}"
    return None, f"column {columns.text!r} {kind}" if columns.text else f"is no call; {told(row)}", None


def _by_sides(row: Mapping[str, Any], columns: Columns) -> tuple[Source | None, str, str | None]:
    """A call whose two sides stand in columns of their own; which said what when is not known."""
    said = [(name, plain_text(cell(row.get(name)) or "")) for name in columns.sides]
    turns = [{"role": side_of(name), "words": words} for name, words in said if words.strip()]
    if not turns:
        return None, f"columns {', '.join(map(repr, columns.sides))} are empty", None
    return turns, "", None


def _kind(value: Any) -> str:
    if not isinstance(value, list | str):
        return type(value).__name__
    return f"JSON of no known form; {told(loads(value) if isinstance(value, str) else value)}"


def source_of(value: Any) -> Source | None:
    """What can be judged in a value: a text, a call that is written in it, or a list of turns; None when it is
    neither."""
    if isinstance(value, str):
        if value[:1] in "[{" and value[:1] and value.rstrip()[-1:] in ("]", "}"):
            return _json_source(value)
        text = plain_text(value)
        return (turns_in(text) if "\n" in text and ":" in text.replace("：", ":") else None) or text
    if isinstance(value, list):
        if all(isinstance(turn, dict) and isinstance(turn.get("words"), str) and _plain(turn) for turn in value):
            return value
        call = call_in(value)
        return (
            call.turns if call else value if any(isinstance(turn, dict) and "words" in turn for turn in value) else None
        )
    return None


def plain_text(value: str) -> str:
    """A cell's text as people read it: systems keep pages in cells, and line breaks as two characters."""
    if _TAG.search(value):
        from huashu_api.ingest.documents.page import page_text  # noqa: PLC0415  (lxml, where cells hold pages only)

        return page_text(value)
    return value.replace("\\r\\n", "\n").replace("\\n", "\n") if "\n" not in value and "\\n" in value else value


def _plain(turn: Mapping[str, Any]) -> bool:
    """Whether a turn is in the form that can be judged already."""
    return isinstance(turn.get("role", ""), str) and all(
        turn.get(key) is None or isinstance(turn[key], int) for key in ("begin", "end")
    )


def _json_source(value: str) -> Source | None:
    try:
        content = loads(value)
    except ValueError:
        return value  # a text in brackets
    call = call_in(content)
    return call.turns if call else None


def cell(value: Any) -> str | None:
    """A value as the text of one output cell; whole numbers that came as 1.0 are whole again."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False, default=str) if isinstance(value, list | dict) else str(value)
