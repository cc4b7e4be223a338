"""Telecom_Fraud_Texts_5 and Telecom_Fraud_Texts_8: swindlers' messages rewritten from CCL2023 cases, and normal ones.

Source of the formats: https://github.com/ChangMianRen/Telecom_Fraud_Texts_5 (README.md; the files as they stand in
the first repository, 1361095044/Telecom_Fraud_Texts) and https://github.com/ChangMianRen/Telecom_Fraud_Texts_8. A CSV
file a class, ``label00-last.csv`` to ``label04-last.csv`` and ``label1-new1030.csv`` to ``label7-new1030.csv``, each
with the columns ``content`` and ``label``. A table with the columns ``text`` and ``label`` or ``class`` is read, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from huashu_corpora.importers.rows import Classes, Row, files_in, labelled, table

CLASSES_5: Classes = {
    "0": ("none", "pitch"),
    "1": ("authority", "pitch"),
    "2": ("loan_card", "pitch"),
    "3": ("fake_service", "pitch"),
    "4": ("acquaintance", "pitch"),
    "冒充公检法及政府机关类": ("authority", "pitch"),
    "贷款、代办信用卡类": ("loan_card", "pitch"),
    "冒充客服服务": ("fake_service", "pitch"),
    "冒充电商物流客服类": ("fake_service", "pitch"),
    "冒充领导、熟人类": ("acquaintance", "pitch"),
}
"""Telecom_Fraud_Texts_5: label -> (scheme, register). The files have ``0`` and names; the numbers are the README's."""

CLASSES_8: Classes = {
    "0": ("none", "pitch"),  # normal
    "1": ("authority", "pitch"),  # police, court, health office
    "2": ("loan_card", "pitch"),  # loans; some texts are about credit accounts
    "3": ("fake_service", "pitch"),  # service of shops, platforms, couriers
    "4": ("acquaintance", "pitch"),  # boss, friend
    "5": ("task_rebate", "pitch"),  # jobs of orders and likes
    "6": ("romance", "pitch"),  # dating
    "7": ("game_trade", "pitch"),  # game accounts
}
"""Telecom_Fraud_Texts_8: label -> (scheme, register). The set names no classes; these are what its files hold."""


def _rows(path: Path, classes: Classes) -> Iterator[Row]:
    for file in files_in(path, "label*.csv", "label*.txt"):
        for where, (text, kind) in table(file, ["content", "text"], ["label", "class"]):
            yield labelled(where, text, kind.strip(), classes)


def rows5(path: Path) -> Iterator[Row]:
    """The rows of Telecom_Fraud_Texts_5: of a file or of all ``label*.csv`` in a folder."""
    return _rows(path, CLASSES_5)


def rows8(path: Path) -> Iterator[Row]:
    """The rows of Telecom_Fraud_Texts_8: of a file or of all ``label*.csv`` in a folder."""
    return _rows(path, CLASSES_8)
