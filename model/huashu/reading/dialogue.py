"""Turns and roles: what was said, by whom, and where it stands in what the caller sent.

Two kinds of input become the same :class:`Dialogue`: a string, in which speaker marks are recognised (``客服：``,
``【坐席】``, ``A:``, ``说话人1``, ``[00:12] 左声道：``), and a list of turns as call-centre quality systems have it
(``{"role": ..., "words": ..., "begin": ms, "end": ms}``). The marks themselves are not part of what was said.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from huashu.errors import InputError

MAX_CHARACTERS = 200_000
"""Longest input in characters, over all turns: about ten hours of speech."""

Source = str | Sequence[Mapping[str, Any]]
"""What can be judged: a text, or a dialogue as a list of turns ``{"role", "words", "begin"?, "end"?}``."""

AGENT, CUSTOMER, UNKNOWN = "agent", "customer", "unknown"

_AGENT_WORDS = (
    "人工客服|在线客服|售后客服|客服代表|客服专员|客服人员|客服|坐席|座席|话务员|接线员|业务员|销售|推销员|商家|卖家|店家|"
    "商户客服|工作人员|专员|骗子|对方|左声道|左|agent|seller|staff"
)
_CUSTOMER_WORDS = (
    "来电人|报警人|客户|顾客|用户|买家|机主|市民|群众|当事人|受害人|事主|学生|家长|右声道|右|"
    "customer|buyer|user|client|我"
)
_NEUTRAL_WORDS = r"说话人\s?\d{1,2}|发言人\s?\d{1,2}|讲话人\s?\d{1,2}|speaker\s?\d{1,2}|spk\s?\d{1,2}|[a-dA-D甲乙丙]"
_NAME = rf"(?P<agent>{_AGENT_WORDS})|(?P<customer>{_CUSTOMER_WORDS})|(?P<neutral>{_NEUTRAL_WORDS})"
_BLANKS = r"\s{0,32}+"
"""Blanks and line feeds between the parts of a mark; more of them part it. Each line feed may begin a mark: without a
bound, each would look through all that follow it."""
_INDENT = r"[ \t]*+"
_TIME = rf"[\[(（【]?{_BLANKS}(?:\d{{1,2}}:)?\d{{1,2}}:\d{{2}}(?:[.,]\d{{1,3}})?{_BLANKS}[\])）】]?{_BLANKS}"
_NUMBER = r"\s?\d{0,2}"
_LINE_MARK = re.compile(
    rf"[\n。！？!?…”]{_INDENT}(?:{_TIME})?(?:{_NAME}){_NUMBER}{_BLANKS}(?:{_TIME})?[:：]{_INDENT}",
    re.IGNORECASE,
)
_TIMED_MARK = re.compile(rf"(?<![^\n]){_INDENT}{_TIME}(?:{_NAME}){_NUMBER}{_INDENT}[:：]?{_INDENT}", re.IGNORECASE)
_BRACKET_MARK = re.compile(rf"[【\[(（<](?:{_NAME}){_NUMBER}[】\])）>]\s*[:：]?{_INDENT}", re.IGNORECASE)
_CLOCK = re.compile(r":\d\d")
_FREE_MARK = re.compile(rf"\n{_INDENT}(?P<free>[^\s:：，。！？,!?]{{1,8}})\s?[:：]{_INDENT}")


@dataclass(frozen=True, slots=True)
class Turn:
    """What one speaker said in one go.

    ``role`` is ``agent``, ``customer`` or ``unknown``; ``speaker`` is the name in the mark, or ``role`` as it was sent,
    which tells speakers of unknown role apart; ``start`` is where ``words`` begins in the raw text (0 when the
    caller sent a list of turns: offsets then refer to the turn's own words); ``begin`` and ``end`` are milliseconds.
    """

    role: str
    words: str
    speaker: str = ""
    start: int = 0
    begin: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Dialogue:
    """The turns of an input. Plain text is one turn of unknown role.

    ``marked`` says whether turns were given or recognised; ``listed`` whether the caller sent a list; ``pieces`` are
    the raw strings that offsets refer to (see :func:`pieces_of`).
    """

    turns: tuple[Turn, ...]
    marked: bool
    listed: bool
    pieces: tuple[str, ...]

    def piece(self, turn: int | None) -> str:
        """The raw string that offsets in turn number ``turn`` (None: there are no turns) refer to."""
        return self.pieces[turn or 0] if self.listed else self.pieces[0]


def pieces_of(source: Source) -> tuple[str, ...]:
    """The raw strings that offsets of a result refer to: the text, or the words of each turn of a list."""
    return (source,) if isinstance(source, str) else tuple(turn["words"] for turn in source)


def _role(match: re.Match[str]) -> str:
    groups = match.groupdict()
    return AGENT if groups.get("agent") else CUSTOMER if groups.get("customer") else UNKNOWN


def _speaker(match: re.Match[str]) -> str:
    return next((name for name in match.groupdict().values() if name), "")


class Mark(NamedTuple):
    """Where a speaker mark stands in the text, and its match, whose groups name the speaker."""

    start: int
    end: int
    match: re.Match[str]


def _after_line_or_sentence(form: re.Pattern[str], padded: str) -> list[Mark]:
    """The marks of a form whose pattern takes in the character before the mark. ``padded`` is the text after a line
    feed: the place of that character there is the mark's place in the text."""
    return [Mark(match.start(), match.end() - 1, match) for match in form.finditer(padded)]


def _marks(form: re.Pattern[str], text: str) -> list[Mark]:
    return [Mark(*match.span(), match) for match in form.finditer(text)]


def _looks_like_chat(marks: Sequence[Mark], text: str) -> bool:
    """Line beginnings such as ``张姐：``: three at least, names that come back, on half of the lines or more."""
    if len(marks) < 3:
        return False
    names = {mark.match["free"] for mark in marks}
    lines = sum(bool(line.strip()) for line in text.splitlines())
    return 2 <= len(names) <= len(marks) * 2 / 3 and len(marks) >= lines / 2


def find_marks(text: str) -> list[Mark]:
    """The speaker marks of ``text``, of the one form that finds most of them; fewer than two count as none.

    Counting characters first spares most texts the search.
    """
    marks: list[Mark] = []
    if text.count("：") + text.count(":") >= 2:
        padded = "\n" + text
        marks = _after_line_or_sentence(_LINE_MARK, padded)
        lines = padded.count("\n")
        if lines > len(marks) and _CLOCK.search(text):
            marks = max(marks, _marks(_TIMED_MARK, text), key=len)
        if lines > len(marks):
            chat = _after_line_or_sentence(_FREE_MARK, padded)
            marks = chat if len(chat) > len(marks) and _looks_like_chat(chat, text) else marks
    if sum(map(text.count, "【[(（<")) > max(1, len(marks)):
        marks = max(marks, _marks(_BRACKET_MARK, text), key=len)
    return marks if len(marks) >= 2 else []


def split(source: Source) -> tuple[list[str], bool]:
    """The words of the turns and whether turns were given or recognised: of :func:`parse` what scoring needs."""
    if not isinstance(source, str):
        dialogue = parse(source)
        return [turn.words for turn in dialogue.turns], True
    _check(source)
    marks = find_marks(source)
    if not marks:
        return [source], False
    stops = [mark.start for mark in marks[1:]]
    words = [source[mark.end : stop] for mark, stop in zip(marks, [*stops, len(source)], strict=True)]
    before = source[: marks[0].start]
    return ([before, *words] if before.strip() else words), True


def parse_text(text: str) -> Dialogue:
    """Split ``text`` at its speaker marks; without any, one turn of unknown role holds it all."""
    marks = find_marks(text)
    if not marks:
        return Dialogue((Turn(UNKNOWN, text),), marked=False, listed=False, pieces=(text,))
    turns = []
    if text[: marks[0].start].strip():
        turns.append(Turn(UNKNOWN, text[: marks[0].start]))
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        stop = following.start if following else len(text)
        turns.append(Turn(_role(mark.match), text[mark.end : stop], _speaker(mark.match), mark.end))
    return Dialogue(tuple(turns), marked=True, listed=False, pieces=(text,))


def _milliseconds(turn: Mapping[str, Any], key: str, number: int) -> int | None:
    value = turn.get(key)
    if value is None or (isinstance(value, int) and not isinstance(value, bool)):
        return value
    raise InputError(f"turn {number}: {key!r} must be a whole number of milliseconds, not {type(value).__name__}")


_ROLE = re.compile(_NAME, re.IGNORECASE)


def parse_turns(turns: Sequence[Any], first: int = 0) -> Dialogue:
    """Read a list of ``{"role", "words", "begin"?, "end"?}``; InputError names the turn that is wrong, counting from
    ``first``."""
    result = []
    for number, turn in enumerate(turns, first):
        if not isinstance(turn, Mapping):
            raise InputError(f"turn {number} must be an object with 'role' and 'words', not {type(turn).__name__}")
        words, role = turn.get("words"), turn.get("role", UNKNOWN)
        if not isinstance(words, str):
            raise InputError(f"turn {number}: 'words' must be a string")
        if not isinstance(role, str):
            raise InputError(f"turn {number}: 'role' must be a string such as 客服 or 客户")
        known = _ROLE.match(role)
        result.append(
            Turn(
                _role(known) if known else UNKNOWN,
                words,
                role,
                0,
                _milliseconds(turn, "begin", number),
                _milliseconds(turn, "end", number),
            )
        )
    return Dialogue(tuple(result), marked=True, listed=True, pieces=tuple(turn.words for turn in result))


def parse(source: Source) -> Dialogue:
    """Read a text or a list of turns, and check that it can be judged.

    Raises InputError when it is neither, is empty or blank, is longer than ``MAX_CHARACTERS``, or holds lone
    surrogates (the trace of a wrong decoding), which no result could quote.
    """
    if isinstance(source, str):
        _check(source)
        return parse_text(source)
    if isinstance(source, list | tuple):
        dialogue = parse_turns(source)
        _check("".join(turn.words for turn in dialogue.turns))
        return dialogue
    raise InputError(f"a text or a list of turns is needed, not {type(source).__name__}; decode bytes first")


def _check(text: str) -> None:
    """InputError if ``text`` is too long, blank, or cannot be encoded."""
    if len(text) > MAX_CHARACTERS:
        raise InputError(f"the text has {len(text):,} characters; the limit is {MAX_CHARACTERS:,}: split it")
    if not text.strip():
        raise InputError("the text is empty: there is nothing to judge")
    check_surrogates(text)


def check_surrogates(text: str) -> None:
    """InputError if ``text`` holds a lone surrogate, which UTF-8 cannot carry."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            f"the text has a lone surrogate at offset {error.start}: it was decoded wrongly; "
            "decode the source as UTF-8 with errors='replace'"
        ) from None
