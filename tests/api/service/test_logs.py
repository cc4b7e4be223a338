"""Logs hold nothing that a caller sent."""

from __future__ import annotations

import json
import logging

from huashu_api.service.logs import JsonFormatter

from .texts import MOBILE


def test_logs_hold_neither_arguments_nor_messages_of_exceptions() -> None:
    try:
        raise ValueError(MOBILE)
    except ValueError as error:
        raised = error
    info = (ValueError, raised, raised.__traceback__)
    # As asyncio tells of a task that failed: the exception's text stands in the message's second line.
    message = f"Task exception was never retrieved\nfuture: <Task exception=ValueError('{MOBILE}')>"
    record = logging.LogRecord("asyncio", logging.ERROR, "x", 1, message + " %s", (MOBILE,), info)
    line = JsonFormatter().format(record)
    assert MOBILE not in line
    assert json.loads(line)["message"] == "Task exception was never retrieved"
    assert json.loads(line)["error"] == "ValueError"
