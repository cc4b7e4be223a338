"""Tables with one row a turn, grouped into calls."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any

from huashu.reading.dialogue import MAX_CHARACTERS
from huashu_api.ingest.calls.times import milliseconds
from huashu_api.ingest.calls.turns import Turn, in_order, speaker_name, turn_of, unit_of
from huashu_api.ingest.items import Item
from huashu_api.ingest.tables.columns import Columns

_CACHE = 32_768
"""Kibibytes of turns in memory; SQLite keeps more in a file that has no name and ends with the process."""
_LONGEST_TIME = 64
_SCHEMA = """
PRAGMA cache_size = -{cache};
PRAGMA journal_mode = OFF;
CREATE TABLE calls (id TEXT PRIMARY KEY, row INTEGER, kept TEXT, facets TEXT, rows INTEGER, size INTEGER) WITHOUT ROWID;
CREATE TABLE turns (call TEXT, number INTEGER, role TEXT, words TEXT, begin, end);
"""


def group(rows: Iterable[tuple[Item, Mapping[str, Any] | None]], columns: Columns) -> Iterator[Item]:
    """The items of a table: as they come, or, where rows are turns, one for each call, wherever its rows stand, in the
    order of their first rows.

    ``rows`` are items beside the rows that they were made of, None for what is no row. Turns are put in order of
    ``begin`` where all of a call have one. A call of one turn is a text.
    """
    if not columns.turns:
        for item, _ in rows:
            yield item
        return
    with closing(sqlite3.connect("")) as store:
        store.executescript(_SCHEMA.format(cache=_CACHE))
        store.isolation_level = None
        store.execute("BEGIN")
        first: Item | None = None
        above: str | None = None
        for item, row in rows:
            if row is None:
                yield item
            elif columns.id is None:  # the table is one call
                first = first or item
                _put(store, replace(item, id=item.sheet or item.file.rsplit("/", 1)[-1]), row, columns)
            elif columns.sparse and not (item.id or "").strip() and above:
                _put(store, replace(item, id=above), row, columns)
            elif not (item.id or "").strip():
                yield replace(item, source=None, problem="the turn has no id of its call")
            else:
                first, above = first or item, item.id
                _put(store, item, row, columns)
        store.execute("CREATE INDEX by_call ON turns (call, number)")
        if first is not None:
            yield from _calls(store, first, columns)


def _put(store: sqlite3.Connection, item: Item, row: Mapping[str, Any], columns: Columns) -> None:
    words = item.source if isinstance(item.source, str) else ""
    store.execute(
        "INSERT INTO calls VALUES (?, ?, ?, ?, 1, ?) ON CONFLICT (id) DO UPDATE SET rows = rows + 1, size = size + ?",
        (_utf8(item.id), item.row, _json(item.kept), _json(item.facets), len(words), len(words)),
    )
    (size,) = store.execute("SELECT size FROM calls WHERE id = ?", (_utf8(item.id),)).fetchone()
    if size <= MAX_CHARACTERS:
        begin, end = (_time(row.get(name)) if name else None for name in (columns.begin, columns.end))
        role = speaker_name(row.get(columns.role)) if columns.role else "unknown"
        store.execute(
            "INSERT INTO turns VALUES (?, ?, ?, ?, ?, ?)",
            (_utf8(item.id), item.row, _utf8(role), _utf8(words), begin, end),
        )


def _time(value: Any) -> str | float | None:
    """A time as it can be kept: numbers, and clocks, dates and spans as they are written."""
    if value is None or isinstance(value, int | float):
        return None if value is None else float(value)
    return str(value)[:_LONGEST_TIME].encode("utf-8", "replace").decode()


def _json(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), default=str)


def _utf8(text: str | None) -> bytes:
    """Bytes, as text with lone surrogates could not be stored."""
    return (text or "").encode("utf-8", "surrogatepass")


def _calls(store: sqlite3.Connection, first: Item, columns: Columns) -> Iterator[Item]:
    calls = store.execute("SELECT id, row, kept, facets, rows, size FROM calls ORDER BY row").fetchall
    for key, row, kept, facets, count, size in calls():
        item = replace(
            first,
            row=row,
            id=key.decode("utf-8", "surrogatepass"),
            rows=count,
            kept=json.loads(kept),
            facets=json.loads(facets),
            source=None,
            problem="",
        )
        if size > MAX_CHARACTERS:
            yield replace(item, problem=f"the call has {size:,} characters; the limit is {MAX_CHARACTERS:,}: split it")
            continue
        found = store.execute(
            "SELECT role, words, begin, end FROM turns WHERE call = ? ORDER BY number", (key,)
        ).fetchall()
        turns = _turns(found, columns)
        if not turns:
            yield replace(item, problem=f"column {columns.text!r} is empty in all turns of the call")
        else:
            yield replace(item, source=turns[0]["words"] if len(turns) == 1 else turns)


def _turns(found: list[tuple[bytes, bytes, Any, Any]], columns: Columns) -> list[Turn]:
    texts = [
        (role.decode("utf-8", "surrogatepass"), words.decode("utf-8", "surrogatepass")) for role, words, _, _ in found
    ]
    times = [time for _, _, begin, end in found for time in (begin, end) if time is not None]
    unit = unit_of(columns.begin or "", times, sum(len(words) for _, words in texts))
    return in_order(
        [
            turn_of(words, role, milliseconds(begin, unit), milliseconds(end, unit))
            for (role, words), (_, _, begin, end) in zip(texts, found, strict=True)
        ]
    )
