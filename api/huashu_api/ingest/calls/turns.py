"""Turns in the one form that can be judged, from a list of objects in any form."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from huashu_api.ingest.calls.forms import (
    BEGIN_KEYS,
    CHANNEL_KEYS,
    DATE,
    END_KEYS,
    MILLISECONDS,
    SECONDS,
    SPEAKER_KEYS,
    TEXT_KEYS,
    Form,
)
from huashu_api.ingest.calls.joining import join_words, tidy
from huashu_api.ingest.calls.paths import at, first
from huashu_api.ingest.calls.times import milliseconds, moment

Turn = dict[str, Any]
"""``{"role", "words", "begin"?, "end"?}``, times in milliseconds."""

_ROLES = {"assistant": "agent", "gpt": "agent", "bot": "agent", "operator": "agent", "human": "customer"}
"""What machines call the two sides, by the names that the model knows."""
_SPEECH = 12
"""Characters are said at 2 to 8 a second: times that end below so many units a character are seconds."""
_DAY = 86_400_000.0
_EPOCH = 10**10
"""Milliseconds from which times are those of a calendar."""
_CHANNEL = re.compile(
    r"(?:ch|channel|track|声道|通道)?[_ ]?\d{1,2}|left|right|[lr]|左(?:声道)?|右(?:声道)?|agent|customer", re.I
)
_INSIDE = ("content", "text")
"""Where messages of several kinds keep the text."""
LOOKED_AT = 50
"""So many turns tell which form a list has."""


@dataclass(frozen=True, slots=True)
class Call:
    """The ``turns`` of a call in their order, its ``id`` if it has one, and the name of the ``form`` it was in."""

    turns: list[Turn]
    id: str | None
    form: str


def speaker_name(value: Any, kind: str = "说话人") -> str:
    """A speaker as a role that can be judged: names as they are, numbers behind ``kind``."""
    if isinstance(value, Mapping):
        value = first(value, ("role", "name", "nickname", "userid", "user_id", "id"))
    if isinstance(value, list):
        value = value[0] if value else None
    if value is None or isinstance(value, bool | list | Mapping):
        return "unknown"
    text = str(value).strip()
    if not text:
        return "unknown"
    return f"{kind}{text}" if text.lstrip("-").isdigit() else _ROLES.get(text.lower(), text)


def of_form(content: Any, form: Form) -> Call | None:
    """The call in an object of a known form; None when the object is not of that form."""
    listed = at(content, form.turns)
    if not isinstance(listed, list):
        return None
    objects = [turn for turn in listed if isinstance(turn, dict)]
    if not any(_is_text(first(turn, form.text)) for turn in objects[:LOOKED_AT]):
        return None
    if form.begin and not any(first(turn, form.begin) is not None for turn in objects[:LOOKED_AT]):
        return None  # one that has other names for its times
    names = at(content, form.names) if form.names else None
    if form.words:
        objects = _phrases(objects, form)
    turns = [_turn(one, form, names) for one in objects]
    by_channel = form.channel and len({turn["role"] for turn in turns}) < 2
    if by_channel:
        found = [speaker_name(first(one, form.channel), "声道") for one in objects]
        if len(set(found)) > 1:
            turns = [turn | {"role": role} for turn, role in zip(turns, found, strict=True)]
    number = first(content, form.id)
    return Call(in_order(turns), None if number is None else str(number), form.name)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and bool(value) and all(isinstance(v, str) for v in value)
    )


def _turn(one: Mapping[str, Any], form: Form, names: Any) -> Turn:
    words = first(one, form.text)
    speaker = first(one, form.speaker)
    if isinstance(names, list):
        place = speaker[0] if isinstance(speaker, list) and speaker else speaker
        known = isinstance(place, int) and 0 <= place < len(names) and isinstance(names[place], dict)
        if known:
            speaker = first(names[place], ("role", "name", "tel")) or place
    begin = milliseconds(first(one, form.begin), form.unit)
    end = milliseconds(first(one, form.end), form.unit) if form.end else None
    if end is None and begin is not None and form.duration:
        lasted = milliseconds(first(one, form.duration), SECONDS if form.unit == DATE else form.unit)
        end = None if lasted is None else begin + lasted
    return turn_of(words, speaker_name(speaker), begin, end)


def _phrases(words: Sequence[Mapping[str, Any]], form: Form) -> list[dict[str, Any]]:
    """Words put together to turns, as objects of the same form: a turn ends where the speaker changes."""
    phrases: list[dict[str, Any]] = []
    for word in words:
        said, speaker = first(word, form.text), first(word, form.speaker + form.channel)
        if phrases and speaker in (None, phrases[-1]["_speaker"]):
            phrases[-1]["_words"].append(said)
            phrases[-1]["_end"] = first(word, form.end) or phrases[-1]["_end"]
        else:
            begin, end = first(word, form.begin), first(word, form.end)
            phrases.append({"_speaker": speaker, "_words": [said], "_begin": begin, "_end": end})
    return [
        {
            form.speaker[0]: phrase["_speaker"],
            form.begin[0]: phrase["_begin"],
            form.end[0]: phrase["_end"],
            "alternatives": [{"content": join_words(word for word in phrase["_words"] if isinstance(word, str))}],
        }
        for phrase in phrases
    ]


def turn_of(words: Any, role: str, begin: int | None, end: int | None) -> Turn:
    """A turn; words in a list are put together."""
    said = join_words(words) if isinstance(words, list) else tidy(words) if isinstance(words, str) else ""
    turn: Turn = {"role": role, "words": said}
    if begin is not None:
        turn["begin"] = begin
    if end is not None:
        turn["end"] = end
    return turn


def in_order(turns: Sequence[Turn]) -> list[Turn]:
    """The turns that have words, by time where all have one; calendar times count from the first."""
    spoken = [turn for turn in turns if turn["words"]]
    if not spoken or not all("begin" in turn for turn in spoken):
        return spoken
    spoken = sorted(spoken, key=lambda turn: turn["begin"])
    zero = spoken[0]["begin"]
    if zero < _EPOCH:
        return spoken
    return [turn | {key: turn[key] - zero for key in ("begin", "end") if key in turn} for turn in spoken]


@dataclass(frozen=True, slots=True)
class Keys:
    """Which keys of a list of turns are what."""

    text: str
    speaker: str | None
    channel: str | None
    begin: str | None
    end: str | None


def keys_of(listed: Any) -> Keys | None:
    """The keys of a list of turns with usual names: some text in most of them, and who says it or when; None when it
    is no such list."""
    if not isinstance(listed, list) or not listed:
        return None
    some = [turn for turn in listed[:LOOKED_AT] if isinstance(turn, dict)]
    if len(some) * 2 <= len(listed[:LOOKED_AT]):
        return None
    present: dict[str, str] = {}
    for turn in some:
        for key in turn:
            present.setdefault(str(key).lower().replace(" ", "_"), key)

    def find(names: Sequence[str], least: int = 1) -> str | None:
        for name in names:
            key = present.get(name)
            if key is not None and sum(turn.get(key) not in (None, "") for turn in some) >= least:
                return key
        return None

    texts = [name for name in TEXT_KEYS if name in present and any(_says(turn.get(present[name])) for turn in some)]
    if not texts:
        return None
    text = present[texts[0]]
    speaker, channel = find([name for name in SPEAKER_KEYS if name != texts[0]]), find(CHANNEL_KEYS)
    begin, end = find(BEGIN_KEYS), find(END_KEYS)
    if speaker is not None and len({str(turn.get(speaker)) for turn in some}) > max(3, len(some) // 2):
        speaker = None  # as many names as rows: those of clients, not of speakers
    if channel is not None and not all(_is_channel(turn.get(channel)) for turn in some):
        channel = None
    if speaker is None and channel is None and (begin is None or end is None):
        return None
    return Keys(text, speaker, channel, begin, end)


def _is_channel(value: Any) -> bool:
    """Whether a value names a channel of a recording (and not one by which complaints come in)."""
    return isinstance(value, int) or _CHANNEL.fullmatch(str(value or "").strip()) is not None


def _says(value: Any) -> bool:
    if isinstance(value, dict):
        return any(_is_text(value.get(key)) for key in _INSIDE)
    return _is_text(value) or (
        isinstance(value, list) and any(isinstance(part, dict) and "text" in part for part in value)
    )


def of_list(listed: Sequence[Any], keys: Keys) -> list[Turn]:
    """The turns of a list with usual keys. Times of no stated unit are taken for what fits the length of what is
    said."""
    objects = [turn for turn in listed if isinstance(turn, dict)]
    said = [_parts(turn.get(keys.text)) for turn in objects]
    roles = [speaker_name(turn.get(keys.speaker)) if keys.speaker else "unknown" for turn in objects]
    if keys.channel and len(set(roles)) < 2:
        roles = [speaker_name(turn.get(keys.channel), "声道") for turn in objects]
    begins = [turn.get(keys.begin) if keys.begin else None for turn in objects]
    ends = [turn.get(keys.end) if keys.end else None for turn in objects]
    characters = sum(len(words) if isinstance(words, str) else sum(map(len, words)) for words in said)
    unit = unit_of(keys.begin or "", [*begins, *ends], characters)
    times = [(milliseconds(begin, unit), milliseconds(end, unit)) for begin, end in zip(begins, ends, strict=True)]
    return in_order(
        [turn_of(words, role, *when) for words, role, when in zip(said, roles, times, strict=True) if role != "system"]
    )


def _parts(value: Any) -> Any:
    """The text of a turn; messages may have it in parts, or a level deeper."""
    if isinstance(value, dict):
        value = first(value, _INSIDE)
    if isinstance(value, list):
        texts = [part.get("text") if isinstance(part, dict) else part for part in value]
        return [text for text in texts if isinstance(text, str) and text]
    return value if isinstance(value, str) else ""


def unit_of(key: str, times: Sequence[Any], characters: int) -> float:
    """The unit of ``times`` under the name ``key``: what the name says, else what fits ``characters`` of speech."""
    small = key.lower()
    if small.endswith(("ms", "millis", "毫秒")):
        return MILLISECONDS
    numbers = [
        found for value in times if isinstance(value, int | float | str) and (found := moment(value)) is not None
    ]
    if not numbers:
        return MILLISECONDS
    last = max(numbers)
    if 0 < last < 1:
        return _DAY  # as spreadsheets have times
    if last > 1e8:  # of a calendar: ten digits are seconds
        return SECONDS if last < 1e11 else MILLISECONDS
    return SECONDS if last < _SPEECH * characters else MILLISECONDS
