"""Digits in a normalised text, however they are written, in groups and runs of groups."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import NamedTuple

_WRITTEN = (
    "0123456789",
    "零一二三四五六七八九",
    "〇壹贰叁肆伍陆柒捌玖",
    "○幺两参",  # with 0, 1, 2 and 3 as their values
    "⓿❶❷❸❹❺❻❼❽❾",
    "🄋➀➁➂➃➄➅➆➇➈",
    "🄌➊➋➌➍➎➏➐➑➒",
    "⓪⓵⓶⓷⓸⓹⓺⓻⓼⓽",
)
_VALUES = {char: str(value) for row in _WRITTEN for value, char in enumerate(row)}
DIGIT = "".join(_VALUES)
"""Inside of a character class: a digit in figures, in Chinese (plain or formal), or in a circle."""
_FIGURE = "".join(char for char in _VALUES if char not in "零一二三四五六七八九〇○幺两壹贰叁肆伍陆柒捌玖参")
_SPOKEN_DIGIT = "".join(char for char in _VALUES if char not in _FIGURE)
_SPOKEN = re.compile(f"[{_SPOKEN_DIGIT}]")
LIGHT = r" \-‐-―−/.·_~()\[\]<>+|\\⁃－"
"""What stands between the groups of one number."""
HEAVY = r",，、。;；:…\n嗯啊呃哦额诶"
"""What stands between the groups of a number that is read out, or between different numbers."""
_GAP = 5
"""The most characters between two groups of one number."""
_UNIT = "十百千万亿元块角毛点分折%‰年月日号天时周岁个台笔次倍米"
"""What stands behind the figures of a quantity."""
GROUPED_SUM = rf"(?<![{DIGIT}])\d{{1,3}}(?:,\d{{3}})+(?:\.\d{{1,2}})?(?![{DIGIT}])"

_RUN = re.compile(rf"[{DIGIT}*]++(?:[{LIGHT}{HEAVY}]{{0,{_GAP}}}[{DIGIT}x*])*+")
_GROUP = re.compile(rf"[{_FIGURE}*]++x?+|[{_SPOKEN_DIGIT}]++")
"""Figures that words of number follow belong to another group: 13698765432三次."""


class Group(NamedTuple):
    """Digits of one kind without anything between them: ``[start, end)`` in the text, their ``value`` in figures (an
    ``x`` at the end stays; ``*`` for what is hidden already), and whether they are ``spoken`` (in Chinese)."""

    start: int
    end: int
    value: str
    spoken: bool


class Run(NamedTuple):
    """``groups`` with little between them, and whether what stands before each but the first is ``heavy``."""

    groups: list[Group]
    heavy: list[bool]


def value_of(digits: str) -> str:
    """In figures."""
    return "".join(_VALUES.get(char, char) for char in digits)


def runs(text: str) -> Iterator[Run]:
    """The runs of digits in a normalised ``text``, from left to right."""
    for match in _RUN.finditer(text):
        groups = [
            Group(found.start(), found.end(), value_of(found[0]), _SPOKEN.match(found[0]) is not None)
            for found in _GROUP.finditer(text, match.start(), match.end())
        ]
        between = (text[left.end : right.start] for left, right in itertools.pairwise(groups))
        yield Run(groups, [False, *(_HEAVY_ONE.search(gap) is not None for gap in between)])


_HEAVY_ONE = re.compile(f"[{HEAVY}]")
_QUANTITY = re.compile(f"[{_UNIT}]")


def is_quantity(text: str, end: int) -> bool:
    """Whether the digits that end at ``end`` count something."""
    return _QUANTITY.match(text, end) is not None
