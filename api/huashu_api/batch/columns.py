"""Which column of a table is what: as the user says, else by names that call centres and data desks use."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from huashu import InputError
from huashu.masking import mask

NONE = "none"
"""Given as a column name: there is no such column."""

NAMES: dict[str, tuple[str, ...]] = {
    "text": (
        "text", "dialogue", "turns", "transcript", "content", "words", "sentence", "asr_text", "正文", "文本", "内容",
        "投诉内容", "通话内容", "对话内容", "通话文本", "录音文本", "转写文本",
        "转写内容", "诉求内容", "问题描述", "短信内容", "对话",
    ),
    "id": (
        "id", "call_id", "callid", "session_id", "ticket_id", "record_id", "uuid", "编号", "工单号", "工单编号",
        "流水号", "通话id", "通话编号", "会话id", "录音id", "录音编号", "录音流水号", "序号",
    ),
    "role": ("role", "speaker", "channel", "角色", "说话人", "声道", "发言人"),
    "begin": ("begin", "begin_time", "start", "start_time", "开始时间", "起始时间", "开始", "起始"),
}  # fmt: skip
"""Use -> names that mean it, likelier ones first; compared without case and blanks."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns in use, None for what the table lacks. With ``role`` and ``id`` each row is one turn."""

    text: str
    id: str | None = None
    role: str | None = None
    begin: str | None = None

    @property
    def turns(self) -> bool:
        """Whether rows are turns, to be grouped into calls by id."""
        return self.role is not None and self.id is not None

    def describe(self) -> str:
        """For people: which column is taken for what."""
        used = {"text": self.text, "id": self.id, "role": self.role, "begin": self.begin}
        return ", ".join(f"{use}={name}" for use, name in used.items() if name) + (", one row a turn" * self.turns)


def choose(header: Sequence[str], named: Mapping[str, str], file: str) -> Columns:
    """The columns of a table with this ``header``.

    ``named`` maps a use to the name that the user gave, which has to exist (``none``: do without). InputError, with the
    table's columns and what to do, when it does not, or no column looks like the text.
    """
    shown = told(header)
    chosen: dict[str, str | None] = {}
    for use in NAMES:
        name = named.get(use)
        if name is None:
            chosen[use] = _guess(header, NAMES[use])
        elif name == NONE and use != "text":
            chosen[use] = None
        elif name in header:
            chosen[use] = name
        else:
            raise InputError(f"{file}: has no column {name!r}; it has {shown}")
    text = chosen.pop("text")
    if text is None:
        raise InputError(f"{file}: no column looks like the text; name it with --text; it has {shown}")
    return Columns(text, **chosen)


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


LONGEST_NAME = 24
"""Characters of a column's name."""


def _guess(header: Sequence[str], names: Sequence[str]) -> str | None:
    folded = {_fold(name): name for name in reversed(header)}
    return next((folded[name] for name in names if name in folded), None)


def _fold(name: str) -> str:
    return name.strip().lstrip("\ufeff").replace(" ", "_").lower()
