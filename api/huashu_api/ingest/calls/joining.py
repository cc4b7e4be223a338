"""Words put together as they are said: without blanks between Chinese characters."""

from __future__ import annotations

import re
from collections.abc import Iterable

_HAN = "\u2e80-\u2fff\u3001-\u303f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef"
_BLANK_BETWEEN = re.compile(rf"(?<=[{_HAN}])[ \t]+(?=[{_HAN}])")
_LATIN_END = re.compile(r"[A-Za-z0-9]{2}\Z")
_LATIN_START = re.compile(r"[A-Za-z0-9]{2}")
_FEW = 4
"""So many blanks may stand in a turn on purpose."""


def join_words(words: Iterable[str]) -> str:
    """Words of a recogniser as one text; a blank stands between two words of letters or digits only. Blanks are left
    out where the recogniser puts one at most words."""
    words = [word for word in words if word]
    blank = sum(word != word.strip() for word in words) * 2 > len(words)
    text: list[str] = []
    for word in words:
        if blank:
            word = word.strip()
        if text and _LATIN_START.match(word) and _LATIN_END.search(text[-1]):
            text.append(" ")
        text.append(word)
    return "".join(text).strip()


def tidy(words: str) -> str:
    """The words of a turn without blanks around them, and, where a recogniser parted its words by blanks, without those
    between Chinese characters."""
    words = words.strip()
    blanks = words.count(" ")
    if blanks < _FEW or blanks * 4 < len(words):
        return words
    return _BLANK_BETWEEN.sub("", words)
