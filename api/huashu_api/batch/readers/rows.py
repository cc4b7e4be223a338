"""Records from rows with columns, whatever file they come from."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Any

from huashu_api.batch.calls import group
from huashu_api.batch.columns import Columns, check_kept, choose
from huashu_api.batch.records import Options, Record

Row = tuple[int, Mapping[str, Any] | str]
"""A row's number, from 1, and its values by column, or what is wrong with it."""


def row_records(
    file: str, rows: Iterable[Row], options: Options, on_columns: Callable[[Columns], None]
) -> Iterator[Record]:
    """A record for each row, or, where rows are turns, for each call. The first good row decides on the columns, which
    ``on_columns`` is then told. InputError when it has no column for the text, or lacks one that was asked for."""
    remaining = iter(rows)
    for first, row in remaining:
        if not isinstance(row, str):
            break
        yield Record(file, first, None, None, row)
    else:
        return
    columns = choose(list(row), options.columns, file)
    check_kept(list(row), options.keep, file)
    on_columns(columns)
    pairs = (
        (Record(file, number, None, None, row), None)
        if isinstance(row, str)
        else (_record(file, number, row, columns, options.keep), row)
        for number, row in chain([(first, row)], remaining)
    )
    yield from group(pairs, columns)


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
