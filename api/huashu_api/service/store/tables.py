"""The tables, as rows."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Float, ForeignKey, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


def now() -> datetime:
    """The time in UTC."""
    return datetime.now(UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """A time in UTC, also where the database (SQLite) forgets the zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None or value.tzinfo else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    type_annotation_map = {datetime: UtcDateTime}  # noqa: RUF012  (SQLAlchemy's own form)


class ApiKey(Base):
    """A key without its secret: only the SHA-256 of that is kept, which is enough for 256 random bits."""

    __tablename__ = "api_keys"
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[str] = mapped_column(String(10))
    digest: Mapped[str] = mapped_column(String(64))
    created: Mapped[datetime]
    revoked: Mapped[datetime | None]


class Record(Base):
    """One assessment. ``input`` and ``result`` are masked; ``digest`` is the SHA-256 of ``input``; ``exact`` says that
    nothing was masked in it."""

    __tablename__ = "assessments"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    time: Mapped[datetime] = mapped_column(index=True)
    channel: Mapped[str | None] = mapped_column(String(64))
    key_id: Mapped[str | None] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64))
    exact: Mapped[bool]
    input: Mapped[Any] = mapped_column(JSON)
    result: Mapped[dict[str, Any]] = mapped_column(JSON)
    model_version: Mapped[str] = mapped_column(String(64))
    operating_point: Mapped[str] = mapped_column(String(64))
    lexicon_version: Mapped[int]


class Feedback(Base):
    """A reviewer's correction; an assessment may have several, the newest holds."""

    __tablename__ = "feedback"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    assessment_id: Mapped[str] = mapped_column(ForeignKey("assessments.id", ondelete="CASCADE"), index=True)
    time: Mapped[datetime]
    key_id: Mapped[str | None] = mapped_column(String(16))
    scheme: Mapped[str] = mapped_column(String(32))
    register: Mapped[str | None] = mapped_column(String(32))
    note: Mapped[str | None] = mapped_column(Text)


class EntryRow(Base):
    """An entry of the lexicon, in force from version ``added`` until before version ``removed``."""

    __tablename__ = "lexicon"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    phrase: Mapped[str] = mapped_column(String(100))
    scheme: Mapped[str] = mapped_column(String(32))
    weight: Mapped[float] = mapped_column(Float)
    note: Mapped[str | None] = mapped_column(Text)
    added: Mapped[int]
    removed: Mapped[int | None]


class LexiconVersion(Base):
    """A change of the lexicon: which, when, by which key."""

    __tablename__ = "lexicon_versions"
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    time: Mapped[datetime]
    key_id: Mapped[str | None] = mapped_column(String(16))


TRIED, RETAINED = "tried", "retained"
"""Names of marks: the last time that something was written to see whether it can be, and that records were looked at
for their end."""


class Mark(Base):
    """A time that the service remembers by name."""

    __tablename__ = "marks"
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    time: Mapped[datetime]
