"""The database that holds the tables: opened, brought up to date, written to. SQLite in WAL mode, or PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from huashu import InputError
from huashu.extras import require
from huashu_api.service.store.tables import TRIED, Mark, now

PATIENCE = {"connect_timeout": 5, "keepalives_idle": 10, "tcp_user_timeout": 10_000}
"""For PostgreSQL (seconds, seconds, milliseconds): a host that does not answer must not hold the judging threads."""

_BEGIN = "huashu_begin"
"""Execution option: how a transaction of SQLite begins."""
_STARTERS = 0x687561736875
"""PostgreSQL's advisory lock of whoever brings the tables up to date."""
MIGRATIONS = Path(__file__).parent / "migrations"


class Store:
    """The database. Methods block: call them off the event loop."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._session = sessionmaker(engine, expire_on_commit=False)
        self._file: tuple[str, int] | None = None
        """Path and inode of SQLite's file."""

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
            if parsed.get_backend_name() == "sqlite":
                store._file = str(parsed.database), os.stat(str(parsed.database)).st_ino
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
        with self.writing() as session:  # one transaction: all of it or nothing, and one starter after another
            connection = session.connection()
            if self.engine.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _STARTERS})
            if MigrationContext.configure(connection).get_current_revision() != newest:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that changes nothing."""
        with self._session() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are on disk when the block has ended, all of them or none."""
        with self._session.begin() as session:
            session.connection(execution_options={_BEGIN: "BEGIN IMMEDIATE"})
            yield session

    def try_out(self) -> None:
        """Write the time down; SQLAlchemyError or OSError where nothing can be written, or the database's file is
        not the one that was opened."""
        if self._file is not None and os.stat(self._file[0]).st_ino != self._file[1]:
            raise OSError("the file of the database is another one")
        with self.writing() as session:
            session.merge(Mark(name=TRIED, time=now()))

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
        connection.isolation_level = None  # or the driver would commit before each change of the tables
        # FULL: a commit has reached the disk before it returns; WAL: readers and the writer do not wait for each other.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # Who will write says so at once: a reader that turns into a writer is refused where another was faster.
        connection.exec_driver_sql(connection.get_execution_options().get(_BEGIN, "BEGIN"))

    return engine
