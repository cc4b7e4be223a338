"""Which column of a table is what: as the user says, else by names that hotlines and quality systems use, and for the
text by what the columns hold."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from huashu import InputError
from huashu.masking import mask
from huashu_api.ingest.calls.shapes import SIDE
from huashu_api.ingest.calls.times import moment

NONE = "none"
"""Given as a column name: there is no such column."""

NAMES: Mapping[str, Sequence[str]] = json.loads((files(__package__) / "names.json").read_text(encoding="utf-8"))
"""Use -> names that mean it, likelier ones first; compared without case and blanks."""
LONGEST_NAME = 24
"""Characters of a column's name."""
SAMPLE = 64
"""So many rows tell what columns hold."""
_SIDE_TEXT = re.compile(
    r"(?P<side>坐席|座席|客服|话务员|客户|用户|来电人|主叫|被叫|agent|customer|user|staff)(?:侧|方|端)?[_ ]?"
    r"(?:通话|说话|录音|转写|识别|语音|对话)?(?:文本|内容|话术|结果|转写|text|content|transcript)",
    re.I,
)
_LONGEST_CALL = 86_400_000
"""Milliseconds: later times are those of a calendar."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_PROSE, _SO_MUCH_MORE, _CELL = 4.0, 4.0, 2_000
"""Chinese characters a row that make a column prose; so many times those of the column with a usual name speak against
the name; characters of a cell that are looked at."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns in use, None for what the table lacks. ``turns``: each row is one turn, to be grouped into
    calls by id; ``why`` says how the text was found where its name does not. ``sides`` are the columns of a call's two
    sides, where each has one; ``sparse``: an id stands in the first row of its call only."""

    text: str
    id: str | None = None
    role: str | None = None
    begin: str | None = None
    end: str | None = None
    day: str | None = None
    agent: str | None = None
    source: str | None = None
    turns: bool = False
    why: str = ""
    sides: tuple[str, ...] = ()
    sparse: bool = False

    def describe(self) -> str:
        """For people: which column is taken for what."""
        used = {"text": "+".join(self.sides) or self.text, "id": self.id, "role": self.role, "begin": self.begin}
        shown = [
            f"{use}={name}" + (f" ({self.why})" if use == "text" and self.why else "")
            for use, name in used.items()
            if name
        ]
        return ", ".join([*shown, *(["one row a turn"] if self.turns else [])])


def choose(
    header: Sequence[str], named: Mapping[str, str], file: str, sample: Sequence[Mapping[str, Any]] = ()
) -> Columns:
    """The columns of a table with this ``header``, of whose rows ``sample`` are the first.

    ``named`` maps a use to the name that the user gave, which has to exist (``none``: do without). InputError, with the
    table's columns and what to do, when it does not, or no column looks like the text.
    """
    shown = told(header)
    chosen: dict[str, str | None] = {}
    for use in NAMES:
        name = named.get(use)
        if name is None:
            chosen[use] = guess(header, use)
        elif name == NONE and use != "text":
            chosen[use] = None
        elif name in header:
            chosen[use] = name
        else:
            raise InputError(f"{file}: has no column {name!r}; it has {shown}")
    text, why = chosen.pop("text"), ""
    sides = () if "text" in named else _sides(header, sample)
    if sides:
        text = sides[0]
    elif "text" not in named:
        text, why = _by_content(header, text, {name for name in chosen.values() if name}, sample)
    if text is None:
        raise InputError(f"{file}: no column looks like the text; name it with --text; it has {shown}")
    chosen = {use: None if name == text else name for use, name in chosen.items()}
    turns = not sides and _are_turns(chosen, named, sample)
    sparse = turns and chosen["id"] is not None and _is_sparse(chosen["id"], sample)
    return Columns(text, **chosen, turns=turns, why=why, sides=sides, sparse=sparse)


def side_of(name: str) -> str:
    """The side of a call whose words stand in the column ``name``; empty where it is no such column."""
    found = _SIDE_TEXT.fullmatch(name.strip())
    return found["side"] if found else ""


def _sides(header: Sequence[str], sample: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The columns of a call's two sides, where they hold prose."""
    named = [name for name in header if side_of(name)]
    found = [name for name in named if _prose([row.get(name) for row in sample]) > 0]
    return tuple(found) if len(found) == 2 and len({side_of(name) for name in found}) == 2 else ()


def _is_sparse(key: str, sample: Sequence[Mapping[str, Any]]) -> bool:
    """Whether the id of a call stands in its first row only."""
    ids = [row.get(key) not in (None, "") for row in sample]
    return bool(ids) and ids[0] and sum(ids) * 2 <= len(ids)


def _are_turns(chosen: Mapping[str, str | None], named: Mapping[str, str], sample: Sequence[Mapping[str, Any]]) -> bool:
    """Whether rows are turns of calls: they have a speaker, or a time, and the id of a call; where the user has not
    named both, ids have to come back."""
    key, role, begin = chosen["id"], chosen["role"], chosen["begin"]
    if NONE in (named.get("role"), named.get("id")) or (role is None and begin is None):
        return False
    if key is None:
        return _is_one_call(role, begin, chosen["end"], sample)
    if not sample or {"id", "role"} <= named.keys():
        return role is not None
    if role is not None and _is_sparse(key, sample):
        return all(SIDE.fullmatch(str(row.get(role) or "").strip()) for row in sample)
    ids = [row.get(key) for row in sample if row.get(key) not in (None, "")]
    return len(set(map(str, ids))) < len(ids) if ids else role is not None


def _is_one_call(role: str | None, begin: str | None, end: str | None, sample: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a table without ids is one call: its speakers are sides of a call, or its times are those of a
    recording, and grow."""
    if role is not None:
        sides = {str(row.get(role) or "").strip() for row in sample}
        return len(sides) > 1 and all(SIDE.fullmatch(side) for side in sides)
    if begin is None or end is None or len(sample) < 2:
        return False
    times = [(moment(row.get(begin)), moment(row.get(end))) for row in sample]
    begins = [
        start for start, stop in times if start is not None and stop is not None and start <= stop < _LONGEST_CALL
    ]
    return len(begins) == len(times) and begins == sorted(begins)


def _by_content(
    header: Sequence[str], named: str | None, taken: set[str], sample: Sequence[Mapping[str, Any]]
) -> tuple[str | None, str]:
    """The column of the text and, where it is not the one with a usual name, why: most Chinese prose by far."""
    prose = {name: _prose([row.get(name) for row in sample]) for name in header if name not in taken}
    most = max(prose, key=lambda name: prose[name], default=None)
    if most is None or most == named or prose[most] < _PROSE:
        return named, ""
    if named is not None and (not sample or prose[most] < _SO_MUCH_MORE * max(prose.get(named, 0.0), _PROSE)):
        return named, ""
    if named is not None and any(isinstance(row.get(named), list | dict) for row in sample):
        return named, ""
    return most, f"the column with most Chinese prose, {prose[most]:.0f} characters a row"


def _prose(cells: Sequence[Any]) -> float:
    """Chinese characters a cell, less where cells repeat one another."""
    texts = [cell[:_CELL] for cell in cells if isinstance(cell, str) and cell.strip()]
    if not texts:
        return 0.0
    return sum(len(_HAN.findall(text)) for text in texts) / len(cells) * len(set(texts)) / len(texts)


def check_kept(header: Sequence[str], keep: Sequence[str], file: str) -> None:
    """InputError, with the table's columns, when one of the columns to ``keep`` is not among them."""
    for name in keep:
        if name not in header:
            raise InputError(f"{file}: has no column {name!r} to keep; it has {told(header)}")


def told(header: Sequence[str]) -> str:
    """The names of columns as an error may tell them: a table without a header has somebody's words there."""
    if not header:
        return "no columns"
    if any(len(name) > LONGEST_NAME or mask(name) != name for name in header):
        return f"{len(header)} columns whose first row is no header; give the table one"
    return ", ".join(header)


def guess(header: Sequence[str], use: str) -> str | None:
    """The column whose name is a usual one for ``use``."""
    folded = {fold(name): name for name in reversed(header)}
    return next((folded[name] for name in NAMES[use] if name in folded), None)


def fold(name: str) -> str:
    """A column's name as it is compared."""
    return name.strip().lstrip("\ufeff").replace(" ", "_").replace("（", "(").replace("）", ")").lower()


KNOWN = frozenset(name for names in NAMES.values() for name in names)
"""All usual names."""
TEXTS = frozenset(NAMES["text"])
"""Those of texts."""
