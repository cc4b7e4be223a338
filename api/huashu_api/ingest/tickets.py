"""Tickets that hold several cases: numbered or headed items in one text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from huashu_api.ingest.items import Item

_MARKS = (
    re.compile(r"(?m)^[ \t]{0,8}(?P<n>\d{1,3})[、.．)）](?!\d)"),
    re.compile(r"(?m)^[ \t]{0,8}[（(【\[](?P<n>\d{1,3})[）)】\]]"),
    re.compile(r"(?m)^[ \t]{0,8}[（(]?(?P<n>[一二三四五六七八九十]{1,3})[、.．)）]"),
    re.compile(r"(?m)^[ \t]{0,8}第(?P<n>[一二三四五六七八九十\d]{1,3})[件条项起个类宗]"),
    re.compile(
        r"(?m)^[ \t]{0,8}(?:案例|案件|事项|诉求|工单|问题|投诉|反映)\s?"
        r"(?P<n>[一二三四五六七八九十\d]{1,3})[:：、.． \t\n]"
    ),
    re.compile(r"(?P<n>[①-⑳])"),
    re.compile(r"(?:(?<=[。；;！？\n])|\A)[ \t]{0,8}(?P<n>\d{1,2})[、．](?!\d)"),
)
"""How items begin, from the start of a line, or of a sentence where the whole stands in one line; the form that finds
most is taken."""
_DIGITS = {char: value for value, char in enumerate("一二三四五六七八九十", 1)}
_LEAST = 8
"""Characters of an item; shorter ones belong to the one before."""


def cases(item: Item) -> Iterator[Item]:
    """The cases of a ticket, each with its place in the whole; more than a head line before the first is one of
    its own. The item itself when it is a call or one case."""
    parts = parts_of(item.source) if isinstance(item.source, str) else []
    if len(parts) < 2 or not isinstance(item.source, str):
        yield item
        return
    for number, (start, stop) in enumerate(parts, 1):
        yield replace(
            item,
            source=item.source[start:stop],
            id=f"{item.id}#{number}" if item.id else None,
            case=number,
            start=start,
            rows=item.rows if number == 1 else 0,
        )


def parts_of(text: str) -> list[tuple[int, int]]:
    """Where the items of a ticket stand, in characters; empty when there are fewer than two, counted from one on."""
    found = max((_counted(form, text) for form in _MARKS), key=len)
    if len(found) < 2:
        return []
    parts: list[tuple[int, int]] = []
    before = text[: found[0]].strip()
    starts = found if len(before) < 3 * _LEAST else [0, *found]
    for start, stop in zip(starts, [*starts[1:], len(text)], strict=True):
        if parts and stop - start < _LEAST:
            parts[-1] = (parts[-1][0], stop)
        else:
            parts.append((start, stop))
    return parts if len(parts) > 1 else []


def _counted(form: re.Pattern[str], text: str) -> list[int]:
    """Where marks stand that count 1, 2, 3, ..."""
    places: list[int] = []
    for match in form.finditer(text):
        if _number(match["n"]) == len(places) + 1:
            places.append(match.start())
    return places


def _number(written: str) -> int:
    if written.isdigit() and written.isascii():
        return int(written)
    if "①" <= written <= "⑳":
        return ord(written) - ord("①") + 1
    tens, ten, ones = written.partition("十")
    if not ten:
        return _DIGITS.get(written, 0)
    return _DIGITS.get(tens, 1) * 10 + _DIGITS.get(ones, 0)
