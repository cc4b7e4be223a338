"""CCL2023-FCC, the evaluation of telecom fraud case classification at CCL 2023.

Source of the format: https://github.com/GJSeason/CCL2023-FCC (README, section 2.2; the data come from the organisers
on request). ``train.json`` is a JSON array of objects with 案件编号, 案情描述 (the case as the police took it down from
the victim) and 案件类别 (one of 12 classes). The competition's test files have no classes and cannot be read.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from huashu.errors import InputError
from huashu_corpora.importers.rows import Classes, Row, files_in, json_objects, labelled

TEXT, CLASS = "案情描述", "案件类别"

CLASSES: Classes = {
    "刷单返利类": ("task_rebate", "complaint"),
    "冒充电商物流客服类": ("fake_service", "complaint"),
    "虚假网络投资理财类": ("investment", "complaint"),
    "贷款、代办信用卡类": ("loan_card", "complaint"),
    "虚假征信类": ("credit_record", "complaint"),
    "虚假购物、服务类": ("shopping", "complaint"),
    "冒充公检法及政府机关类": ("authority", "complaint"),
    "冒充领导、熟人类": ("acquaintance", "complaint"),
    "网络游戏产品虚假交易类": ("game_trade", "complaint"),
    "网络婚恋、交友类（非虚假网络投资理财类）": ("romance", "complaint"),
    "网络婚恋、交友类": ("romance", "complaint"),
    "冒充军警购物类诈骗": ("military_purchase", "complaint"),  # as in the data
    "冒充军警购物类": ("military_purchase", "complaint"),  # as in the README
    "网黑案件": ("other_fraud", "complaint"),
}
"""案件类别 -> (scheme, register). The victim's account in a clerk's words is a complaint (see ``corpora/GUIDE.md``)."""


def rows(path: Path) -> Iterator[Row]:
    """The rows of a JSON file or of ``train*.json`` in a folder."""
    for file in files_in(path, "train*.json", "train*.jsonl"):
        for where, entry in json_objects(file):
            for field in (TEXT, CLASS):
                if field not in entry:
                    raise InputError(
                        f"{where}: the field {field!r} is missing; expected {TEXT!r} and {CLASS!r} "
                        "(the test files have no classes: name train.json)"
                    )
            text, kind = entry[TEXT] or "", entry[CLASS]
            if not isinstance(text, str) or not isinstance(kind, str):
                raise InputError(f"{where}: {TEXT!r} and {CLASS!r} must be strings")
            yield labelled(where, text, kind.strip(), CLASSES)
