"""Rewriting the results that records keep, whatever their number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

PORTION = 500
"""Records read at a time."""

_RECORDS = sa.table("assessments", sa.column("id", sa.String), sa.column("result", sa.JSON))


def rewrite_results(change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    """Every record's result, changed."""
    connection, last = op.get_bind(), ""
    while True:
        query = sa.select(_RECORDS).where(_RECORDS.c.id > last).order_by(_RECORDS.c.id).limit(PORTION)
        rows = connection.execute(query).all()
        for record, result in rows:
            connection.execute(_RECORDS.update().where(_RECORDS.c.id == record).values(result=change(result)))
        if len(rows) < PORTION:
            return
        last = rows[-1].id
