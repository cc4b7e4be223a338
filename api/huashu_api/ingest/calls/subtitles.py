"""Subtitles: SubRip, WebVTT, SubStation Alpha."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

from huashu_api.ingest.calls.times import clock
from huashu_api.ingest.calls.turns import Turn, in_order, turn_of

_STAMP = r"(?:\d{1,3}:)?\d{1,2}:\d{2}(?:[.,]\d{1,3})?"
_ARROW = re.compile(rf"[ \t]{{0,8}}({_STAMP})[ \t]{{0,8}}--?>[ \t]{{0,8}}({_STAMP})(?:[ \t][^\n]*)?")
_VOICE = re.compile(r"<v(?:\.[^\s>]{1,40})?[ \t]+([^>]{1,60})>")
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,80}>|<\d{1,2}:[\d:.]{4,12}>|\{\\[^{}\n]{1,40}\}")
NAMED = re.compile(
    r"[ \t]*[-–—]?[ \t]*(?:[\[(（【<]([^\[\]()（）【】<>:：\n]{1,20})[\])）】>][ \t]*[:：]?"
    r"|([^:：，。！？,!?\n]{1,20}?)[ \t]*[:：])[ \t]*"
)
"""A speaker before what is said: ``Speaker 0:``, ``[客服]``."""


_DIALOGUE = re.compile(
    rf"(?m)^Dialogue:[^,\n]*,[ \t]*({_STAMP}),[ \t]*({_STAMP}),[^,\n]*,([^,\n]*),(?:[^,\n]*,){{4}}([^\n]*)"
)
"""A line of SubStation Alpha: begin, end, name, words."""


@dataclass(frozen=True, slots=True)
class _Cue:
    begin: int | None
    end: int | None
    speaker: str
    words: str


def is_subtitle(text: str) -> bool:
    """Whether ``text`` is one of them: it begins as WebVTT or SubStation, or with a cue."""
    head = text[:2_000].lstrip("\ufeff \t\r\n")
    lines = [line for line in head.splitlines()[:12] if line.strip()]
    return head.startswith(("WEBVTT", "[Script Info]")) or any(_ARROW.fullmatch(line) for line in lines[:2])


def subtitle_turns(text: str) -> list[Turn]:
    """A turn a cue, with voice tags or names before the words as speakers."""
    styled = [_Cue(clock(b), clock(e), name.strip(), _plain(said)) for b, e, name, said in _DIALOGUE.findall(text)]
    cues = styled or list(_cues(text))
    named = [NAMED.match(cue.words) for cue in cues]
    names = [next((name for name in match.groups() if name), "") if match else "" for match in named]
    spoken = [name for name in names if name]
    are_names = len(spoken) * 10 >= len(cues) * 6 and len(set(spoken)) <= max(2, len(spoken) // 2)
    turns = []
    for cue, match, name in zip(cues, named, names, strict=True):
        if are_names and match and name and not cue.speaker:
            turns.append(turn_of(cue.words[match.end() :], name, cue.begin, cue.end))
        else:
            turns.append(turn_of(cue.words, cue.speaker or "unknown", cue.begin, cue.end))
    return in_order(turns)


def _cues(text: str) -> Iterator[_Cue]:
    when: tuple[str, str] | None = None
    lines: list[str] = []
    for line in (*text.splitlines(), "0:00 --> 0:00"):
        arrow = _ARROW.fullmatch(line)
        if not arrow:
            lines.append(line)
            continue
        if when:
            yield from _voices(when, _block(lines))
        when, lines = (arrow[1], arrow[2]), []


def _block(lines: list[str]) -> str:
    """The text of a cue, of the lines up to the next cue's time: to the first blank line, without the next one's
    number."""
    body: list[str] = []
    for line in lines:
        if not line.strip() and body:
            break
        if line.strip():
            body.append(line.strip())
    if len(body) == len([line for line in lines if line.strip()]) and len(body) > 1 and body[-1].isdigit():
        body.pop()  # no blank line before the next number
    return "\n".join(body)


def _voices(when: tuple[str, str], text: str) -> Iterator[_Cue]:
    """A cue, or one for each of its voices."""
    begin, end = clock(when[0]), clock(when[1])
    places = [(match.start(), match.end(), match[1]) for match in _VOICE.finditer(text)]
    if not places:
        yield _Cue(begin, end, "", _plain(text))
        return
    stops = [start for start, _, _ in places[1:]] + [len(text)]
    for (_, start, name), stop in zip(places, stops, strict=True):
        yield _Cue(begin, end, html.unescape(name).strip(), _plain(text[start:stop]))


def _plain(text: str) -> str:
    """Words without tags; lines of one cue are one line."""
    return html.unescape(_TAG.sub("", text)).replace("\\N", " ").replace("\n", " ").strip()
