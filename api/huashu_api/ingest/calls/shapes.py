"""Lists that are a call's turns in other shapes than an object a turn."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from huashu_api.ingest.calls.forms import TEXT_KEYS
from huashu_api.ingest.calls.subtitles import NAMED

_LONGEST_NAME, _LOOKED_AT = 24, 200
SIDE = re.compile(
    r"(?:agent|staff|operator|customer|user|client|caller|callee|assistant|human|bot|left|right|[ab]|"
    r"(?:人工)?客服|坐席|座席|话务员|客户|用户|顾客|市民|来电人|主叫|被叫|左声道|右声道|机主|商户|商家)\d{0,6}"
    r"|(?:speaker|spk|channel|ch|track|说话人|发言人|讲话人|声道|通道)[ _\-]?\d{1,3}",
    re.I,
)
"""A name that means one side of a call, whoever it is."""


def as_objects(listed: Sequence[Any]) -> list[dict[str, Any]] | None:
    """The turns in pairs of speaker and words, in objects ``{speaker: words}``, or in texts ``speaker: words``, as
    objects with usual names; None where speakers do not come back, so that it is no call."""
    pairs = _pairs(listed)
    if pairs is None or len(pairs) < 2:
        return None
    names = [name for name, _ in pairs]
    if max(map(len, names)) > _LONGEST_NAME or not 2 <= len(set(names)) <= max(2, len(names) // 2):
        return None
    return [{"speaker": name, "text": words} for name, words in pairs]


def sides(one: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """The turns of an object that holds a list for each side of the call, as one list with speakers."""
    found = {
        str(name): value
        for name, value in one.items()
        if SIDE.fullmatch(str(name)) and isinstance(value, list) and value and all(isinstance(v, dict) for v in value)
    }
    if len(found) < 2:
        return None
    return [{**turn, "speaker": name} for name, listed in found.items() for turn in listed]


def _pairs(listed: Sequence[Any]) -> list[tuple[str, str]] | None:
    some = listed[:_LOOKED_AT]
    if all(isinstance(turn, list) and len(turn) == 2 and all(isinstance(v, str) for v in turn) for turn in some):
        return [(turn[0], turn[1]) for turn in listed if isinstance(turn, list) and len(turn) == 2]
    if all(isinstance(turn, dict) and len(turn) == 1 and _is_said(turn) for turn in some):
        return [(str(name), str(words)) for turn in listed if isinstance(turn, dict) for name, words in turn.items()]
    if all(isinstance(turn, str) for turn in some):
        found = [NAMED.match(turn) for turn in listed if isinstance(turn, str)]
        if all(found):
            return [
                (match[1] or match[2], turn[match.end() :]) for match, turn in zip(found, listed, strict=True) if match
            ]
    return None


def _is_said(turn: Mapping[str, Any]) -> bool:
    ((name, words),) = turn.items()
    return isinstance(words, str) and str(name).lower() not in TEXT_KEYS
