"""Times as they are written, in milliseconds."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import Any

_CLOCK = re.compile(r"(?:(\d{1,3})[:：])?(\d{1,3})[:：](\d{1,2})(?:[.,，](\d{1,6}))?")
_DATE = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})\s?日?[T\s]{0,3}")
_ISO_DURATION = re.compile(r"PT(?:(\d{1,3})H)?(?:(\d{1,4})M)?(?:(\d{1,6}(?:\.\d{1,9})?)S)?")
_SPAN = re.compile(r"(\d{1,6}(?:\.\d{1,9})?)\s?(?:s|秒)")
LONGEST = 10**15
"""Milliseconds; what is larger is no time."""


def clock(text: str) -> int | None:
    """Milliseconds of ``1:02``, ``00:01:02.5``, ``00:01:02,500`` or ``2025-03-07 10:00:02`` (since 1970, as if in UTC);
    None for anything else."""
    text = text.strip()
    dated = _DATE.match(text)
    found = _CLOCK.match(text, dated.end() if dated else 0)
    if not found:
        return None
    hours, minutes, seconds, fraction = found.groups()
    value = (int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)) * 1000
    value += int((fraction or "0")[:3].ljust(3, "0"))
    if not dated:
        return value
    try:
        day = datetime(*map(int, dated.groups()))  # type: ignore[arg-type]
    except ValueError:
        return None
    return (day - datetime(1970, 1, 1)).days * 86_400_000 + value


def moment(value: Any) -> float | None:
    """A time of no stated unit: a number as it is, in digits or not, or the milliseconds of a clock or a date."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, datetime):
        return value.timestamp() * 1000
    if isinstance(value, int | float):
        return float(value) if abs(value) < LONGEST and math.isfinite(value) else None
    if not isinstance(value, str) or len(value) > 64:
        return None
    try:
        return moment(float(value))
    except ValueError:
        pass
    if span := _SPAN.fullmatch(value.strip()):
        return float(span[1]) * 1000
    duration = _ISO_DURATION.fullmatch(value.strip())
    if duration and any(duration.groups()):
        hours, minutes, seconds = (float(part or 0) for part in duration.groups())
        return ((hours * 60 + minutes) * 60 + seconds) * 1000
    return clock(value)


def milliseconds(value: Any, unit: float) -> int | None:
    """``value`` of so many milliseconds a ``unit`` (see :mod:`huashu_api.ingest.calls.forms`); clocks and dates tell
    theirs."""
    found = moment(value)
    if found is None:
        return None
    is_number = isinstance(value, int | float) or not any(mark in str(value) for mark in ":：PTs秒")
    return round(found * unit) if is_number and unit > 0 else round(found)
