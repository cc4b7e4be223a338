"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("revoked", _TIME),
    )
    op.create_table(
        "assessments",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("time", _TIME, nullable=False, index=True),
        sa.Column("channel", sa.String(64)),
        sa.Column("key_id", sa.String(16)),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("input", sa.JSON, nullable=False),
        sa.Column("result", sa.JSON, nullable=False),
        sa.Column("model_version", sa.String(64), nullable=False),
        sa.Column("operating_point", sa.String(64), nullable=False),
        sa.Column("lexicon_version", sa.Integer, nullable=False),
    )
    op.create_table(
        "feedback",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column(
            "assessment_id",
            sa.String(32),
            sa.ForeignKey("assessments.id", ondelete="CASCADE"),
            nullable=False,
            index=True,
        ),
        sa.Column("time", _TIME, nullable=False),
        sa.Column("key_id", sa.String(16)),
        sa.Column("scheme", sa.String(32), nullable=False),
        sa.Column("register", sa.String(32)),
        sa.Column("note", sa.Text),
    )
    op.create_table(
        "lexicon",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("phrase", sa.String(100), nullable=False),
        sa.Column("scheme", sa.String(32), nullable=False),
        sa.Column("weight", sa.Float, nullable=False),
        sa.Column("note", sa.Text),
        sa.Column("added", sa.Integer, nullable=False),
        sa.Column("removed", sa.Integer),
    )
    op.create_table(
        "lexicon_versions",
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("time", _TIME, nullable=False),
        sa.Column("key_id", sa.String(16)),
    )


def downgrade() -> None:
    for table in ("lexicon_versions", "lexicon", "feedback", "assessments", "api_keys"):
        op.drop_table(table)
