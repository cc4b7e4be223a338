"""A digest of the input as it was sent undid the masking: the few hidden digits could be tried. It is of the masked
input now, and ``exact`` keeps what it was compared for. What records keep is masked again, by all kinds that are
known now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from huashu import Source
from huashu.reading.dialogue import pieces_of
from huashu_api.service.masked import masked_source
from huashu_api.service.store.migrations.results import change_records
from huashu_api.service.store.records import digest

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("assessments", sa.Column("exact", sa.Boolean, nullable=False, server_default=sa.false()))
    change_records(_masked_anew, "input", "digest", "result", "exact")


def downgrade() -> None:
    op.drop_column("assessments", "exact")


def _masked_anew(record: Mapping[str, Any]) -> dict[str, Any]:
    was_exact = digest(record["input"]) == record["digest"]
    masked = masked_source(record["input"])
    return {
        "input": masked,
        "digest": digest(masked),
        "exact": was_exact and masked == record["input"],
        "result": _quoting(masked, record["result"]),
    }


def _quoting(masked: Source, result: Mapping[str, Any]) -> dict[str, Any]:
    """The result with every quote cut from the masked input."""
    pieces = pieces_of(masked)

    def cut(shown: Mapping[str, Any]) -> dict[str, Any]:
        if shown.get("start") is None:
            return dict(shown)
        quote = pieces[0 if isinstance(masked, str) else shown["turn"] or 0][shown["start"] : shown["end"]]
        changed = {"quote": quote} | ({"value": quote} if "value" in shown and quote != shown["quote"] else {})
        return {**shown, **changed}

    return {**result, **{name: [cut(shown) for shown in result[name]] for name in ("tactics", "facts", "reasons")}}
