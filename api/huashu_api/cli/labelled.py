"""Labelled rows from tables of any form: our own fields, or columns by the names that people give them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from huashu import InputError, Source
from huashu.labels import NONE, REGISTERS, SCHEMES, LabelSet
from huashu_api.ingest import ReadOptions, find, read
from huashu_api.ingest.tables.columns import fold

_ALL = ReadOptions(whole=True)
_COLUMNS: Mapping[str, Sequence[str]] = {
    "label": (
        *("label", "人工判定", "人工标签", "人工结论", "复核结果", "复核结论", "标签", "标注", "判定", "结论"),
        *("scheme", "诈骗类型", "骗局", "案件类型", "类型", "类别"),
    ),
    "register": ("register", "文体"),
    "tactics": ("tactics",),
    "hand": ("hand", "坐席", "受理人", "标注人", "来源"),
    "group": ("group", "案件编号", "案号"),
    "kind": ("kind",),
}
"""Field -> columns that mean it, likelier ones first: what a person decided goes before what a model said."""
_FRAUD = ("fraud", "诈骗", "涉诈", "是", "涉诈骗", "欺诈")
_HARMLESS = ("正常", "无", "否", "非诈骗", "不涉诈", "非涉诈", "无风险", "normal")
_BLANK = "the line is empty"


def labelled_rows(path: Path | str) -> Iterator[tuple[int, Any]]:
    """The rows of a labelled file, whatever its form and encoding, as :mod:`huashu_corpora` and training read them.

    Rows with ``text`` and ``label`` or ``scheme`` are as they are. Of others the text or call is found as for
    ``huashu score`` and the label in a column like 标签 or 类型; it may be an id, a Chinese or an English name, or
    whether it is fraud. InputError naming file and row for what cannot be read, or a table without labels.
    """
    (file, *_) = find([str(path)])
    for item in read(file, _ALL):
        row = dict(item.kept)
        if "text" in row and ("label" in row or "scheme" in row):
            yield item.row, row
        elif item.source is not None:
            if not (found := _labels(row)):
                raise InputError(f"{path}:{item.row}: needs a 'label' or a 'scheme', or a column 标签 or 类型")
            name = item.id or f"{Path(path).stem}-{item.row}"
            yield item.row, {"id": name, "text": text_of(item.source), **found}
        elif item.problem != _BLANK:
            raise InputError(f"{path}:{item.row}: {item.problem}")


def text_of(source: Source) -> str:
    """A source as one text; a call with a line a turn."""
    if isinstance(source, str):
        return source
    return "\n".join(f"{turn.get('role') or '说话人'}：{turn.get('words', '')}" for turn in source)


def _labels(row: Mapping[str, Any]) -> dict[str, Any]:
    folded = {fold(name): value for name, value in row.items()}
    found = {
        field: next((folded[name] for name in names if folded.get(name) not in (None, "")), None)
        for field, names in _COLUMNS.items()
    }
    if found["label"] is None:
        return {}
    label = _id(SCHEMES, str(found.pop("label")).strip())
    fields: dict[str, Any] = {"scheme": label}
    if found["register"]:
        fields["register"] = _id(REGISTERS, str(found["register"]).strip())
    if found["tactics"]:
        fields["tactics"] = _json(found["tactics"])
    return fields | {name: str(found[name]) for name in ("hand", "group", "kind") if found[name] is not None}


def _id(labels: LabelSet, name: str) -> str:
    """The id of a label that is given by its id or one of its names; what is no label stays as it is."""
    if labels is SCHEMES and name in _FRAUD:
        return "fraud"
    if labels is SCHEMES and name in _HARMLESS:
        return NONE
    return next((label.id for label in labels.labels if name in (label.id, label.zh, label.en)), name)


def _json(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value
