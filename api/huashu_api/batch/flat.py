"""A row as flat cells, for tables that people read: a column a move, the sums and contacts by what they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from huashu.labels import ACTIONS, REGISTERS, SCHEMES, STAGES, TACTICS, LabelSet
from huashu_api.batch.rows import KEY, VERDICT

Row = Mapping[str, Any]
BETWEEN = "；"
"""Between several values in one cell."""
_SUMS = ("fee", "swipe", "arrived", "delivery", "loss", "promise")
_CONTACTS = ("phone", "wechat", "qq", "url")
_NAMES = {
    "file": ("文件", "file"), "sheet": ("工作表", "sheet"), "row": ("行", "row"), "id": ("编号", "id"),
    "case": ("件", "case"), "start": ("起始字", "start"), "action": ("处置", "action"), "risk": ("风险", "risk"),
    "scheme": ("类型", "scheme"), "register": ("文体", "register"), "fee": ("扣费", "fee"),
    "swipe": ("刷卡", "swipe"), "arrived": ("实到", "arrived"),
    "delivery": ("运费", "delivery"), "loss": ("损失", "loss"),
    "promise": ("许诺返还", "promise"), "contacts": ("联系方式", "contacts"), "stages": ("脚本进程", "stages"),
    "reasons": ("主要依据", "reasons"), "deciding": ("判断依据所在", "deciding part"), "notes": ("说明", "notes"),
    "model_version": ("模型版本", "model version"), "text": ("原文", "text"), "reason": ("原因", "reason"),
    "rows": ("行数", "rows"),
}  # fmt: skip
"""Column -> its heading in Chinese and English."""
_NOTES = {"no_chinese": "没有中文，未作判断", "short": "文字很短", "cut": "只列前 5000 处"}


def names(text: str, keep: Sequence[str]) -> list[str]:
    """The columns of a flat row."""
    return [
        *KEY, *VERDICT, *_SUMS, "contacts", "stages", *TACTICS.ids, "reasons", "deciding", "notes", "model_version",
        *(["text"] if text != "none" else []), *keep,
    ]  # fmt: skip


def heading(name: str, language: str) -> str:
    """A column's name as people read it; as it is for ``id`` and for columns that are kept."""
    if language == "id":
        return name
    if name in TACTICS:
        return _label(TACTICS, name, language)
    return _NAMES[name][language == "en"] if name in _NAMES else name


def flat(row: Row, keep: Sequence[str], language: str) -> dict[str, Any]:
    """``row`` with one value a column. ``language`` is that of labels: ``id``, ``zh`` or ``en``."""
    cells = {name: row[name] for name in (*KEY, *VERDICT)}
    cells |= {name: _label(kind, row[name], language) for name, kind in _LABELS.items()}
    for name in _SUMS:
        cells[name] = _joined(fact["value"] for fact in row["facts"] if fact["role"] == name)
    cells["contacts"] = _joined(fact["value"] for fact in row["facts"] if fact["kind"] in _CONTACTS)
    cells["stages"] = _joined(_label(STAGES, stage, language) for stage in row["stages"])
    for tactic in TACTICS.ids:
        cells[tactic] = _joined(span["quote"] for span in row["tactics"] if span["tactic"] == tactic)
    cells["reasons"] = _joined(f"{reason['quote']} {reason['weight']:+.2f}" for reason in row["reasons"])
    cells["deciding"] = _place(row["deciding"], language)
    cells["notes"] = _joined(_NOTES[note] if language == "zh" else note for note in row["notes"])
    cells["model_version"] = row["model_version"]
    if "text" in row:
        cells["text"] = row["text"]
    return cells | {name: row[name] for name in keep}


_LABELS: Mapping[str, LabelSet] = {"action": ACTIONS, "scheme": SCHEMES, "register": REGISTERS}


def labelled(row: Row, language: str) -> Row:
    """``row`` with the names of its labels instead of their ids."""
    if language == "id":
        return row
    return {
        **row,
        **{name: _label(kind, row[name], language) for name, kind in _LABELS.items()},
        "stages": [_label(STAGES, stage, language) for stage in row["stages"]],
        "tactics": [{**span, "tactic": _label(TACTICS, span["tactic"], language)} for span in row["tactics"]],
    }


def _label(kind: LabelSet, name: str, language: str) -> str:
    return name if language == "id" else kind[name].zh if language == "zh" else kind[name].en


def _joined(values: Iterable[str]) -> str:
    return BETWEEN.join(dict.fromkeys(values))


def _place(part: Mapping[str, Any] | None, language: str) -> str:
    """Which part of a long text decided, counted from one."""
    if part is None:
        return ""
    if part["turn"] is None:
        place = f"{part['start'] + 1}-{part['end']}"
        return f"第 {place} 字" if language == "zh" else f"characters {place}"
    place = f"{part['turn'] + 1}-{part['last_turn'] + 1}"
    return f"第 {place} 句" if language == "zh" else f"turns {place}"
