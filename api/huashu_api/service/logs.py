"""Logs: one JSON object a line, with request ids; nothing that a caller sent can get into them."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from typing import Any

logger = logging.getLogger("huashu.service")

_OURS = ("request", "method", "route", "status", "ms", "key", "model")


class JsonFormatter(logging.Formatter):
    """Time, level, logger, message and the fields given as ``extra``.

    Of an exception only its type and the places in the code are told: its message may quote what a caller sent. Of
    other loggers only the message's first line is told, without its arguments, for the same reason.
    """

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": str(record.msg).partition("\n")[0],
        }
        line |= {name: getattr(record, name) for name in _OURS if hasattr(record, name)}
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            line["trace"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return json.dumps(line, ensure_ascii=False)


def configure() -> None:
    """Send every logger of the process to standard error in this form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # Alembic and SQLAlchemy tell of tables, asyncio of its selector: nothing to look at.
    for name in ("alembic", "sqlalchemy", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
