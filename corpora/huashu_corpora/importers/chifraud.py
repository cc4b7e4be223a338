"""ChiFraud, a long-term web text data set for Chinese fraud detection (COLING 2025).

Source of the format: https://github.com/xuemingxxx/ChiFraud (README.md, dataset/class.txt, utils_bert.py).
``ChiFraud_train.csv``, ``ChiFraud_t2022.csv`` and ``ChiFraud_t2023.csv`` have the columns ``Label_id`` and ``Text``,
separated by a tab (a comma is read, too). Most classes are offers of illegal goods and services, not scripts.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from huashu_corpora.importers.rows import Classes, Row, files_in, labelled, table

CLASSES: Classes = {
    "0": ("none", "report"),  # 正常: web pages, explanations as a rule
    "1": ("other_fraud", "pitch"),  # 赌博博彩
    "2": ("romance", "pitch"),  # 招嫖色情
    "3": ("other_fraud", "pitch"),  # 办假证
    "4": ("illegal_payment", "pitch"),  # 虚假办卡 (Fake Bank Card)
    "5": ("other_fraud", "pitch"),  # 违禁药品交易
    "6": ("illegal_payment", "pitch"),  # 违规提现 (Unauthorized Cash-Out)
    "7": ("other_fraud", "pitch"),  # 虚假证明
    "8": ("other_fraud", "pitch"),  # 虚假手机卡
    "9": ("loan_card", "pitch"),  # 地下黑贷
    "10": ("other_fraud", "pitch"),  # 新类型
}
"""Label_id -> (scheme, register). Names as in dataset/class.txt; the README's table has 8 and 9 the other way round,
but its own example of class 8 is a SIM card."""


def rows(path: Path) -> Iterator[Row]:
    """The rows of a file or of all ``ChiFraud_*.csv`` in a folder."""
    for file in files_in(path, "ChiFraud_*.csv"):
        for where, (kind, text) in table(file, ["Label_id"], ["Text"]):
            yield labelled(where, text, kind.strip(), CLASSES)
