"""Calls in JSON of any form, found by what is in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from huashu.masking import mask
from huashu_api.ingest.calls.forms import FORMS
from huashu_api.ingest.calls.paths import loads
from huashu_api.ingest.calls.shapes import as_objects, sides
from huashu_api.ingest.calls.transcripts import turns_in
from huashu_api.ingest.calls.turns import Call, keys_of, of_form, of_list

DEPTH, OBJECTS = 6, 2_000
"""So deep, and into so many objects, is looked for a call."""
LIST = "list of turns"
"""The form of turns under usual names."""
TRANSCRIPT = "transcript"
"""The form of turns that are written in a text."""
_SHOWN, _LONGEST = 8, 24


def call_in(content: Any) -> Call | None:
    """The call in an object, or in a list that is one call's turns; of a known form before one with usual keys, an
    outer one before an inner. None when there is none."""
    inside = list(_objects(content))
    call = _known(inside)
    if call:
        return call
    for one in inside:
        call = _usual(one)
        if call:
            return call
    return None


def known_call_in(content: Any) -> Call | None:
    """The call of a known form in an object."""
    return _known(_objects(content))


def _known(inside: Iterable[Any]) -> Call | None:
    return next((call for one in inside for form in FORMS if (call := of_form(one, form))), None)


def _usual(one: Any) -> Call | None:
    """Turns under usual names: the longest list among the object's, unless a text beside it says more; or a list for
    each side; or a transcript in a text."""
    both = sides(one) if isinstance(one, dict) else None
    lists = [both] if both else [one] if isinstance(one, list) else list(one.values())
    shaped = [as_objects(listed) or listed for listed in lists if isinstance(listed, list) and listed]
    found = [of_list(listed, keys) for listed in shaped if (keys := keys_of(listed))]
    turns = max(found, key=len, default=[])
    if not turns and isinstance(one, dict):
        told = (turns_in(value) for value in one.values() if isinstance(value, str) and "\n" in value)
        return next((Call(turns, None, TRANSCRIPT) for turns in told if turns), None)
    said = sum(len(turn["words"]) for turn in turns)
    beside = (
        max((len(value) for value in one.values() if isinstance(value, str)), default=0) if isinstance(one, dict) else 0
    )
    return Call(turns, None, LIST) if turns and said * 2 >= beside else None


def _objects(content: Any) -> Iterator[Any]:
    """``content`` and the objects inside it, outer ones first; lists count as objects when they are the whole, and are
    not entered: what stands in a list beside others is one of several calls."""
    level, seen = [content], 0
    for depth in range(DEPTH):
        following: list[Any] = []
        for one in level:
            if isinstance(one, str) and one.lstrip()[:1] in ("{", "["):
                try:
                    one = loads(one)
                except ValueError:
                    continue
            if isinstance(one, dict) or (isinstance(one, list) and depth == 0):
                yield one
            if isinstance(one, dict):
                following += one.values()
            seen += 1
            if seen >= OBJECTS:
                return
        level = following


def told(content: Any) -> str:
    """The keys of what is no call, as an error may tell them."""
    if isinstance(content, list):
        content = next((one for one in content if isinstance(one, dict)), content)
    if not isinstance(content, dict):
        return f"it holds {type(content).__name__}"
    keys = [str(key) for key in content]
    safe = [key for key in keys if len(key) <= _LONGEST and mask(key) == key][:_SHOWN]
    return f"its keys are {', '.join(safe)}{', ...' * (len(safe) < len(keys))}" if safe else "its keys are no names"
