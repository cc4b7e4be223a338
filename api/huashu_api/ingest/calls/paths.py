"""Paths into JSON, as the table of forms has them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any


def loads(text: str) -> Any:
    """The JSON in ``text``; ValueError for whatever reason there is none."""
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("nested too deep") from None


def at(value: Any, path: str) -> Any:
    """What ``path`` leads to, None where it leads nowhere; a list where it has a ``*``."""
    return _at(value, path.split(".") if path else [])


def first(value: Any, paths: Sequence[str]) -> Any:
    """What the first of ``paths`` that leads anywhere leads to."""
    return next((found for path in paths if (found := at(value, path)) is not None), None)


def _at(value: Any, steps: Sequence[str]) -> Any:
    for place, step in enumerate(steps):
        if step == "*":
            if not isinstance(value, list):
                return None
            found = [_at(element, steps[place + 1 :]) for element in value]
            nested = "*" in steps[place + 1 :]
            return [one for some in found for one in ((some or []) if nested else [some]) if one is not None] or None
        if step == "json":
            if isinstance(value, str):
                try:
                    value = loads(value)
                except ValueError:
                    return None
        elif isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.lstrip("-").isdigit():
            place_in_list = int(step)
            value = value[place_in_list] if -len(value) <= place_in_list < len(value) else None
        else:
            return None
    return value
