"""Results name the part of a long text that decided; of those that were kept before it is not known."""

from __future__ import annotations

from huashu_api.service.store.migrations.results import rewrite_results

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    rewrite_results(lambda result: {"part": None} | result)


def downgrade() -> None:
    rewrite_results(lambda result: {name: value for name, value in result.items() if name != "part"})
