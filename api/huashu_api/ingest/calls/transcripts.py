"""Transcripts: text whose lines tell when, and mostly by whom, what follows was said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from huashu_api.ingest.calls.subtitles import is_subtitle, subtitle_turns
from huashu_api.ingest.calls.times import clock
from huashu_api.ingest.calls.turns import Turn, in_order, speaker_name, turn_of

_DAY = r"\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?[T\s]{0,3}"
_CLOCK = r"(?:\d{1,3}[:：])?\d{1,3}[:：]\d{1,2}(?:\.\d{1,6}|,\d{3})?"
_STAMP = rf"(?:{_DAY})?{_CLOCK}"
_TO = r"[ \t]{0,4}(?:-->|->|--|[-–—~～,，]|至|到)[ \t]{0,4}"
_OPEN, _CLOSE = r"[\[(（【<]", r"[\])）】>]"
_NAME = r"[^\s:：，。！？,!?\[\]()（）【】<>\d][^:：，。！？,!?\[\]()（）【】<>\n]{0,23}"
_WHEN = (
    rf"(?P<when>(?P<open>{_OPEN})?[ \t]*(?P<begin>{_STAMP})(?:{_TO}(?P<end>{_STAMP}))?"
    rf"(?:{_TO}(?P<number>\d{{1,2}}))?[ \t]*{_CLOSE}?)"
)
_SPANS_FIRST = re.compile(
    rf"[ \t]*(?P<when>(?P<open>{_OPEN})?[ \t]*(?P<begin>\d{{1,5}}\.\d{{1,3}})[ \t]?[s秒]?(?:{_TO}|[ \t]{{1,4}})"
    rf"(?P<end>\d{{1,5}}\.\d{{1,3}})[ \t]?[s秒]?[ \t]*{_CLOSE}?)(?P<number>(?!))?[ \t]*[:：|]?"
    rf"[ \t]*(?:{_OPEN}?(?P<name>{_NAME}){_CLOSE}?[ \t]*[:：])?(?P<words>[^\n]*)"
)
"""Times in seconds."""
_TIME_FIRST = re.compile(
    rf"[ \t]*{_WHEN}[ \t]*[:：|]?[ \t]*(?:{_OPEN}?(?P<name>{_NAME}){_CLOSE}?[ \t]*[:：])?(?P<words>[^\n]*)"
)
_NAME_FIRST = re.compile(
    rf"[ \t]*{_OPEN}?(?P<name>(?:{_NAME}[:：])?{_NAME}?\d{{0,6}}){_CLOSE}?[ \t]*[:：]?"
    rf"[ \t]*{_WHEN}[ \t]*(?P<colon>[:：])?[ \t]*(?P<words>[^\n]*)"
)
_LONGEST_NAME, _BEFORE_FIRST, _LONGEST_TITLE = 24, 10, 24
"""So many lines, a title and who took part, may stand before the first time; a title has so many characters. Whatever
else stands there is told by somebody: a text with times in it, not a transcript."""
_NO_NAME = re.compile(r"(?:周|星期|礼拜)[一二三四五六日天]|(?:今|昨|前|明)[天日晚]|[上下]午|早上|中午|晚上|凌晨|傍晚")
_NAMED_LINE = re.compile(r"[^:：，。！？,!?\n]{1,16}[:：]")
_SOON = 120_000
"""Milliseconds within which a recording without speakers begins: other times are those of a day."""
_BACK, _DAY_LONG = 60_000, 86_400_000
"""Milliseconds that a time may lie before the last one; those of a day."""


@dataclass(slots=True)
class _Head:
    """A line that tells a time: ``rest`` is what stands beside it, ``name`` and ``words`` are that apart; each may be
    empty. ``number`` is the speaker's, where the time has one; ``after`` are the lines below."""

    begin: str
    end: str | None
    number: str | None
    name: str
    words: str
    rest: str
    bracketed: bool
    after: list[str]


def turns_in(text: str) -> list[Turn] | None:
    """The turns of a transcript or of subtitles; None when ``text`` is neither."""
    if is_subtitle(text):
        return subtitle_turns(text) or None
    if not _may_be(text):
        return None
    lines = text.splitlines()
    return _told(lines, _TIME_FIRST) or _told(lines, _NAME_FIRST) or _told(lines, _SPANS_FIRST)


_CLOCK_ANYWHERE = re.compile(r"\d[:：]\d|\d\.\d{1,3}[ \t]?[s秒]?[^\d\n]{1,8}\d{1,5}\.\d")


def _may_be(text: str) -> bool:
    """Whether it is worth reading by lines: two times or more."""
    found = _CLOCK_ANYWHERE.finditer(text)
    return next(found, None) is not None and next(found, None) is not None


def _told(lines: Sequence[str], form: re.Pattern[str]) -> list[Turn] | None:
    heads: list[_Head] = []
    before = 0
    for line in lines:
        if not line.strip():
            continue
        found = form.match(line)
        if found and _time(found["begin"]) is not None:
            fields = found.groupdict()
            rest = found["words"] if form is _NAME_FIRST else line[found.end("when") :].lstrip(" \t:：|")
            name, words = (fields["name"] or "").strip(" \t*_`#"), fields["words"].strip()
            bracketed = bool(fields["open"])
            heads.append(
                _Head(fields["begin"], fields["end"], fields["number"], name, words, rest.strip(), bracketed, [])
            )
        elif heads:
            heads[-1].after.append(line.strip())
        elif _NAMED_LINE.match(line) is None and _is_told(line):
            return None
        else:
            before += 1
    if len(heads) < 2 or before > _BEFORE_FIRST or _are_chats(heads):
        return None
    names = _names(heads)
    if names is None:
        return None
    turns = []
    for head, (name, words) in zip(heads, names, strict=True):
        said = "\n".join(([words] if words else []) + head.after)
        turns.append(turn_of(said, name, _time(head.begin), _time(head.end) if head.end else None))
    return in_order(_unrolled(turns))


def _time(text: str) -> int | None:
    """Milliseconds of a clock, or of seconds with decimals."""
    found = clock(text)
    return round(float(text) * 1000) if found is None and text.replace(".", "", 1).isdigit() else found


def _is_told(line: str) -> bool:
    """Whether a line before the first time is more than a title."""
    return len(line.strip()) > _LONGEST_TITLE or bool(re.search(r"[，。！？]", line))


def _are_chats(heads: Sequence[_Head]) -> bool:
    """Whether a time stands above several speakers' lines, as chat programs put it now and then."""
    below = [head.after for head in heads if head.after]
    return sum(all(map(_NAMED_LINE.match, lines)) for lines in below) * 2 > len(heads)


def _unrolled(turns: list[Turn]) -> list[Turn]:
    """The turns with times that only grow where the clock went past midnight; as they are where another channel begins
    from the start, with speakers of its own."""
    days, last = 0, 0
    heard: set[str] = set()
    unrolled = []
    for place, turn in enumerate(turns):
        if turn["begin"] + days < last - _BACK:
            if not days and heard.isdisjoint(later["role"] for later in turns[place:]):
                return turns
            days += _DAY_LONG
        last = turn["begin"] + days
        heard.add(turn["role"])
        unrolled.append(turn | {key: turn[key] + days for key in ("begin", "end") if key in turn})
    return unrolled


def _names(heads: Sequence[_Head]) -> list[tuple[str, str]] | None:
    """Who speaks at each time, and what is said on its line; None where it is no transcript: times at line beginnings
    also stand in diaries and in the log of one person. A transcript has speakers that come back, or brackets or a
    beginning and an end to each line."""
    if all(head.number is not None for head in heads):
        return [(speaker_name(head.number), head.rest) for head in heads]
    if any(_NO_NAME.fullmatch(head.name) for head in heads):
        return None
    apart = _first_words(heads)
    if apart is not None:
        return apart
    named = [head.name for head in heads if head.name]
    if len(named) * 10 >= len(heads) * 6 and _come_back(named):
        return [(head.name or "unknown", head.words) for head in heads]
    below = sum(bool(head.after) for head in heads)
    rests = [head.rest.rstrip(":：") for head in heads]
    if below * 10 >= len(heads) * 7 and all(rests) and _come_back(rests):
        return [(rest, "") for rest in rests]
    begins = [_time(head.begin) or 0 for head in heads]
    is_recording = begins[0] < _SOON and all(head.bracketed or head.end for head in heads)
    if len(named) * 10 < len(heads) * 6 and is_recording:
        return [("unknown", head.rest) for head in heads]
    return None


def _first_words(heads: Sequence[_Head]) -> list[tuple[str, str]] | None:
    """The first word of each line as its speaker, where two or more come back all the time: ``[00:03] 坐席 您好``."""
    parted = [head.rest.split(None, 1) for head in heads]
    names = [parts[0] for parts in parted if len(parts) == 2]
    if len(names) < len(heads) or not 2 <= len(set(names)) <= max(2, len(heads) // 3) or not _come_back(names):
        return None
    return [(speaker_name(name), words) for name, words in parted]


def _come_back(names: Sequence[str]) -> bool:
    """Whether they are the names of speakers: short, and fewer than the times they stand at."""
    return max(map(len, names)) <= _LONGEST_NAME and len(set(names)) <= max(2, len(names) // 2)
