"""Tables with one row a turn, grouped into calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from huashu.reading.dialogue import MAX_CHARACTERS
from huashu_api.batch.columns import Columns
from huashu_api.batch.records import Record

KNOWN_CALLS = 2_000_000
"""So many ids are remembered, to find a call whose turns do not stand together."""


@dataclass(slots=True)
class _Call:
    """A call that is being collected. Words beyond what can be judged are counted and dropped."""

    first: Record
    rows: int = 0
    size: int = 0
    turns: list[tuple[Any, dict[str, Any]]] = field(default_factory=list)


def group(rows: Iterable[tuple[Record, Mapping[str, Any] | None]], columns: Columns) -> Iterator[Record]:
    """The records of a table: as they come, or, where rows are turns, one for each run of rows with the same id.

    ``rows`` are records beside the rows that they were made of, None for what is no row. The turns of a call are put in
    order of ``begin`` where there is such a column and all its values are numbers. A call whose id comes back later is
    rejected there, as its turns do not stand together.
    """
    call: _Call | None = None
    seen: set[int] = set()
    for record, row in rows:
        if row is None or not columns.turns:
            yield record
            continue
        if not (record.id or "").strip():
            yield replace(record, source=None, problem="the turn has no id of its call")
            continue
        if call is None or record.id != call.first.id:
            if call:
                yield _finished(call)
            call = _Call(record)
            known = hash(record.id)
            if known in seen:
                call.first = replace(record, problem="turns of this call stand further up: sort the table by call")
            elif len(seen) < KNOWN_CALLS:
                seen.add(known)
        call.rows += 1
        words = record.source if isinstance(record.source, str) else ""
        call.size += len(words)
        if call.size <= MAX_CHARACTERS and columns.role:
            begin = row.get(columns.begin) if columns.begin else None
            call.turns.append((_number(begin), {"role": str(row.get(columns.role) or "unknown"), "words": words}))
    if call:
        yield _finished(call)


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _finished(call: _Call) -> Record:
    problem = call.first.problem
    if call.size > MAX_CHARACTERS:
        problem = f"the call has {call.size:,} characters; the limit is {MAX_CHARACTERS:,}: split it"
    if problem and call.first.source is None:
        problem = "" if call.size else problem
    if problem:
        return replace(call.first, source=None, problem=problem, rows=call.rows)
    turns = call.turns
    if all(begin is not None for begin, _ in turns):
        turns = sorted(turns, key=lambda turn: turn[0])
    return replace(call.first, source=[turn for _, turn in turns], problem="", rows=call.rows)
