"""The database that holds the tables: opened, brought up to date, written to. SQLite in WAL mode, or PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from huashu import InputError
from huashu.extras import require

PATIENCE = {"connect_timeout": 5, "keepalives_idle": 10, "tcp_user_timeout": 10_000}
"""For PostgreSQL (seconds, seconds, milliseconds): a host that does not answer must not hold the judging threads."""

MIGRATIONS = Path(__file__).parent / "migrations"


class Store:
    """The database. Methods block: call them off the event loop."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._session = sessionmaker(engine, expire_on_commit=False)

    @classmethod
    def open(cls, url: str, patience: float = 10) -> Store:
        """Connect, bring the tables up to date; InputError when the database cannot be used. Whoever writes waits at
        most ``patience`` seconds for others who do."""
        parsed = make_url(url)
        shown = parsed.render_as_string(hide_password=True)
        try:
            if parsed.get_backend_name() == "postgresql":
                require("postgres", "psycopg")
            else:
                file = Path(parsed.database or "")
                file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                file.touch(mode=0o600)  # SQLite gives the files beside it the same mode
            store = cls(_engine(url, patience))
            store._migrate()
        except CommandError:
            raise InputError(
                f"database {shown}: was written by a newer Huashu; upgrade, or name another database"
            ) from None
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


def _engine(url: str, patience: float) -> Engine:
    if not url.startswith("sqlite"):
        return create_engine(
            url, pool_pre_ping=True, connect_args=PATIENCE | {"options": f"-c lock_timeout={patience * 1000:.0f}"}
        )
    engine = create_engine(url, connect_args={"timeout": patience})

    @event.listens_for(engine, "connect")
    def durable(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        # FULL: a commit has reached the disk before it returns; WAL: readers and the writer do not wait for each other.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    return engine
