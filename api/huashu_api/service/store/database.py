"""What is kept: API keys, assessment records, feedback, lexicon. SQLite in WAL mode, or PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import JSON, DateTime, ForeignKey, String, Text, create_engine, event
from sqlalchemy.engine import Dialect, Engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker
from sqlalchemy.types import TypeDecorator

from huashu import InputError

PATIENCE = {"connect_timeout": 5, "keepalives_idle": 10, "tcp_user_timeout": 10_000}
"""For PostgreSQL (seconds, seconds, milliseconds): a host that does not answer must not hold the judging threads."""

MIGRATIONS = Path(__file__).parent / "migrations"


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
    """One assessment. ``text`` and ``result`` are masked; ``digest`` is the SHA-256 of the input as it was sent."""

    __tablename__ = "assessments"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    time: Mapped[datetime] = mapped_column(index=True)
    channel: Mapped[str | None] = mapped_column(String(64))
    key_id: Mapped[str | None] = mapped_column(String(16))
    digest: Mapped[str] = mapped_column(String(64))
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


class Phrase(Base):
    """A phrase of the lexicon, in force from version ``added`` until before version ``removed``."""

    __tablename__ = "lexicon"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    phrase: Mapped[str] = mapped_column(String(100))
    scheme: Mapped[str] = mapped_column(String(32))
    weight: Mapped[float]
    note: Mapped[str | None] = mapped_column(Text)
    added: Mapped[int]
    removed: Mapped[int | None]


class LexiconVersion(Base):
    """A change of the lexicon: which, when, by which key."""

    __tablename__ = "lexicon_versions"
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    time: Mapped[datetime]
    key_id: Mapped[str | None] = mapped_column(String(16))


class Store:
    """The database. Methods block: call them off the event loop."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._session = sessionmaker(engine, expire_on_commit=False)

    @classmethod
    def open(cls, url: str) -> Store:
        """Connect, bring the tables up to date; InputError when the database cannot be used."""
        parsed = make_url(url)
        shown = parsed.render_as_string(hide_password=True)
        try:
            if parsed.get_backend_name() == "sqlite":
                file = Path(parsed.database or "")
                file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                file.touch(mode=0o600)  # SQLite gives the files beside it the same mode
            store = cls(_engine(url))
            store._migrate()
        except ModuleNotFoundError:
            raise InputError("PostgreSQL needs a driver; install it with: pip install 'huashu[postgres]'") from None
        except (SQLAlchemyError, OSError) as error:
            raise InputError(
                f"database {shown}: cannot be used ({type(error).__name__}); check that it is up and may be written"
            ) from None
        return store

    def _migrate(self) -> None:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        newest = ScriptDirectory.from_config(config).get_current_head()
        with self.engine.begin() as connection:
            if MigrationContext.configure(connection).get_current_revision() != newest:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A session whose changes are on disk when the block has ended."""
        with self._session.begin() as session:
            yield session

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: str) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, connect_args=PATIENCE)
    engine = create_engine(url, connect_args={"timeout": 30})

    @event.listens_for(engine, "connect")
    def durable(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        # FULL: a commit has reached the disk before it returns; WAL: readers and the writer do not wait for each other.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine
