"""Numbers that are read out over several turns or lines, a few digits each, often with the other side's echo."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from huashu.masking.digits import DIGIT, is_quantity, value_of

_SPEAKER = re.compile(r"[^:：\n]{1,12}[:：]")
_DIGITS = re.compile(f"[{DIGIT}](?:[ \\-,，、。]?[{DIGIT}])++")
_ALONE = re.compile(f"(?<![{DIGIT}])[{DIGIT}](?![{DIGIT}])")
_WORDS = re.compile(r"[^\W\d_]")
_MOST_WORDS = 14
"""Characters besides digits in a line that dictates, or that says nothing but yes."""
_PAUSE = 2
"""Lines without digits between two that dictate."""
_NUMBER = re.compile(r"1[3-9]\d{9}|\d{6}(?:19|20)\d\d[01]\d[0-3]\d{4,5}|[3-69]\d{15,18}")
_LONGEST = 19


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of a turn: who said it, the places of its digits, and their figures."""

    turn: int
    speaker: str
    places: tuple[int, ...]
    value: str


def dictated(texts: Sequence[str], speakers: Sequence[str]) -> Iterator[tuple[int, int]]:
    """``(turn, place)`` in the normalised ``texts``, where other numbers are hidden, of digits that belong to a
    number dictated over several lines, by whomever said; all of them are hidden, for the echo repeats what the other
    side said."""
    block: list[_Line] = []
    silent = 0
    for line in _lines(texts, speakers):
        if line is not None and line.value:
            block.append(line)
            silent = 0
            continue
        silent += 1
        if line is None or silent > _PAUSE:
            yield from _found(block)
            block = []
    yield from _found(block)


def _lines(texts: Sequence[str], speakers: Sequence[str]) -> Iterator[_Line | None]:
    """Every line that is not empty; None for one that says more than digits, or where something is hidden already."""
    for turn, (text, role) in enumerate(zip(texts, speakers, strict=True)):
        start = 0
        for raw in text.split("\n"):
            mark = _SPEAKER.match(raw)
            body = raw[mark.end() :] if mark else raw
            if body.strip():
                yield _line(turn, (mark[0] if mark else role), body, start + len(raw) - len(body), text)
            start += len(raw) + 1


def _line(turn: int, speaker: str, body: str, offset: int, text: str) -> _Line | None:
    places: list[int] = []
    for match in (*_DIGITS.finditer(body), *(_ALONE.finditer(body) if len(body) <= 3 else ())):
        if not is_quantity(body, match.end()):
            places += [offset + i for i in range(*match.span()) if re.match(f"[{DIGIT}]", body[i])]
    words = sum(1 for _ in _WORDS.finditer(body)) - sum(text[place].isalpha() for place in places)
    if words > _MOST_WORDS or "*" in body:
        return None
    return _Line(turn, speaker, tuple(places), value_of("".join(text[place] for place in places)))


def _found(block: Sequence[_Line]) -> Iterator[tuple[int, int]]:
    """Places of all digits of a block of lines in which one speaker, or all of them in turn, dictates a number."""
    if len(block) < 2:
        return
    by_speaker: dict[str, list[str]] = {}
    for line in block:
        by_speaker.setdefault(line.speaker, []).append(line.value)
    if any(map(_holds_number, (*by_speaker.values(), [line.value for line in block]))):
        yield from ((line.turn, place) for line in block for place in line.places)


def _holds_number(values: Sequence[str]) -> bool:
    """Whether some values, one after another, make a number."""
    for first in range(len(values)):
        joined = ""
        for count, value in enumerate(values[first : first + _LONGEST]):
            joined += value
            if len(joined) > _LONGEST:
                break
            if count and _NUMBER.fullmatch(joined):
                return True
    return False
