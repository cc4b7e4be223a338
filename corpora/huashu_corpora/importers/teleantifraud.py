"""TeleAntiFraud-28k, calls between a swindler or a service desk (left) and a user (right).

Source of the format: https://github.com/JimmyMa99/TeleAntiFraud (evaluation/README.md for the classes;
multi-agents-tools/AntiFraudMatrix/README.md and generate_dialogues.py for the text, read in the copy
theflyingkhui04/TeleAntiFraud). JSON Lines, a call a line: ``left`` and ``right`` are lists of what each said in turn,
left first, and ``fraud_type`` is the class, in the normal calls their scene. Read as well: calls as a list of turns
(``dialogue_history`` or ``audio_segments``, each turn with ``role`` and ``content``), whose class is ``fraud_type``,
``label`` or ``answer``, or ``is_fraud``, or else that of the nearest folder named ``NEG-...`` (fraud) or ``POS-...``
(normal). The released training splits (binary_classification, sft) hold paths of audio files without words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

from huashu.errors import InputError
from huashu_corpora.importers.rows import Classes, Row, files_in, json_objects, labelled

CLASSES: Classes = {
    "投资诈骗": ("investment", "call"),
    "钓鱼诈骗": ("other_fraud", "call"),
    "身份盗窃": ("other_fraud", "call"),
    "彩票诈骗": ("other_fraud", "call"),
    "银行诈骗": ("other_fraud", "call"),
    "绑架诈骗": ("other_fraud", "call"),
    "客服诈骗": ("fake_service", "call"),
    "邮件诈骗": ("other_fraud", "call"),
    "情感诈骗": ("romance", "call"),
    "虚假工作": ("other_fraud", "call"),
    "investment": ("investment", "call"),
    "phishing": ("other_fraud", "call"),
    "identity_theft": ("other_fraud", "call"),
    "lottery": ("other_fraud", "call"),
    "banking": ("other_fraud", "call"),
    "kidnapping": ("other_fraud", "call"),
    "customer_service": ("fake_service", "call"),
    "mail_scam": ("other_fraud", "call"),
    "romance": ("romance", "call"),
    "job_offer": ("other_fraud", "call"),
    "订餐服务": ("none", "call"),
    "咨询客服": ("none", "call"),
    "预约服务": ("none", "call"),
    "交通咨询": ("none", "call"),
    "日常购物": ("none", "call"),
    "打车服务": ("none", "call"),
    "外卖服务": ("none", "call"),
    "fraud": ("other_fraud", "call"),  # of a type that the row does not tell
    "normal": ("none", "call"),
}
"""Class -> (scheme, register): fraud types, the generator's English names for them, scenes of normal calls, and the two
answers of the detection task."""

_SPEAKERS = {"left": "左", "right": "右"}
_TURNS = ("dialogue_history", "audio_segments")
_AUDIO = ("prompt", "messages", "audios", "audio_path")


def rows(path: Path) -> Iterator[Row]:
    """The rows of a file or of all ``*.jsonl`` and ``*.json`` in a folder, a line ``左：...`` or ``右：...`` a turn."""
    for file in files_in(path, "*.jsonl", "*.json"):
        for where, entry in json_objects(file):
            lines = [f"{_SPEAKERS[role]}：{' '.join(words.split())}" for role, words in _turns(where, entry)]
            yield labelled(where, "\n".join(lines), _class(where, entry, file), CLASSES)


def _turns(where: str, entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(role, words) in order, without silent turns."""
    if "left" in entry and "right" in entry:
        left, right = entry["left"], entry["right"]
        if not isinstance(left, list) or not isinstance(right, list):
            raise InputError(f"{where}: 'left' and 'right' must be lists of strings")
        spoken = chain.from_iterable(zip_longest([("left", x) for x in left], [("right", x) for x in right]))
        turns: list[tuple[Any, Any]] = [turn for turn in spoken if turn is not None]
    elif field := next((field for field in _TURNS if isinstance(entry.get(field), list)), ""):
        turns = [
            (turn.get("role"), turn.get("content")) if isinstance(turn, dict) else ("", "") for turn in entry[field]
        ]
    elif any(field in entry for field in _AUDIO):
        raise InputError(f"{where}: the row names an audio file and holds no words; expected 'left' and 'right'")
    else:
        raise InputError(
            f"{where}: expected 'left' and 'right', or a list of turns in {' or '.join(map(repr, _TURNS))}"
        )
    for role, words in turns:
        if role not in _SPEAKERS or not isinstance(words, str):
            raise InputError(f"{where}: a turn must have the role left or right and a string of words")
    return [(role, words) for role, words in turns if words.strip()]


def _class(where: str, entry: Mapping[str, Any], file: Path) -> str:
    fraud = entry.get("is_fraud")
    if isinstance(fraud, int) and not fraud:
        return "normal"
    for field in ("fraud_type", "label", "answer"):
        value = entry.get(field)
        if isinstance(value, str) and value.strip():
            return value.strip()
    if isinstance(fraud, int):
        return "fraud"
    for folder in reversed(file.parts[:-1]):
        if folder.startswith(("NEG-", "POS-")):
            return "fraud" if folder.startswith("NEG-") else "normal"
    raise InputError(f"{where}: the class is missing; expected 'fraud_type', 'label', 'answer' or 'is_fraud'")
