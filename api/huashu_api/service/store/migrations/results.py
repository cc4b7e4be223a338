"""Rewriting what records keep, whatever their number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

PORTION = 500
"""Records read at a time."""

_TYPES = {
    "id": sa.String,
    "input": sa.JSON,
    "digest": sa.String,
    "result": sa.JSON,
    "exact": sa.Boolean,
}


def change_records(change: Callable[[dict[str, Any]], dict[str, Any]], *columns: str) -> None:
    """Every record's ``columns``, changed."""
    records = sa.table("assessments", *(sa.column(name, _TYPES[name]) for name in ("id", *columns)))
    connection, last = op.get_bind(), ""
    while True:
        query = sa.select(records).where(records.c.id > last).order_by(records.c.id).limit(PORTION)
        rows = connection.execute(query).mappings().all()
        for row in rows:
            connection.execute(records.update().where(records.c.id == row["id"]).values(change(dict(row))))
        if len(rows) < PORTION:
            return
        last = rows[-1]["id"]


def rewrite_results(change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Every record's result, changed."""
    change_records(lambda row: {"result": change(row["result"])}, "result")
