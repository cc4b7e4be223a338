"""Records name evidence as assessments do: a stage has ``spans``, ``why_not`` has ``tactics``; both were ``moves``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

PORTION = 500
"""Records read at a time."""

_RECORDS = sa.table("assessments", sa.column("id", sa.String), sa.column("result", sa.JSON))
_NEW = {"stage": {"moves": "spans"}, "why_not": {"moves": "tactics"}}
_OLD = {"stage": {"spans": "moves"}, "why_not": {"tactics": "moves"}}


def upgrade() -> None:
    _rewrite(lambda result: _renamed(result, _NEW))


def downgrade() -> None:
    _rewrite(lambda result: _renamed(result, _OLD))


def _renamed(result: dict[str, Any], names: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    stage, why_not = names["stage"], names["why_not"]
    timeline = [{stage.get(field, field): value for field, value in step.items()} for step in result["timeline"]]
    why = result["why_not"]
    if why is not None:
        why = {why_not.get(field, field): value for field, value in why.items()}
        why["because"] = why_not.get(why["because"], why["because"])
    return result | {"timeline": timeline, "why_not": why}


def _rewrite(change: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
    connection, last = op.get_bind(), ""
    while True:
        query = sa.select(_RECORDS).where(_RECORDS.c.id > last).order_by(_RECORDS.c.id).limit(PORTION)
        rows = connection.execute(query).all()
        for record, result in rows:
            connection.execute(_RECORDS.update().where(_RECORDS.c.id == record).values(result=change(result)))
        if len(rows) < PORTION:
            return
        last = rows[-1].id
