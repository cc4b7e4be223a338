"""The short report counts what it has measured."""

from __future__ import annotations

from collections import Counter

import pytest

from huashu.labels import TACTICS
from huashu.progress import SILENT
from huashu_corpora import Document
from huashu_training.report.short import short_report

pytestmark = pytest.mark.slow


def test_the_short_report_tells_of_labels_moves_and_hands(few_documents: list[Document]) -> None:
    documents = few_documents[::4]
    lines = short_report(documents, SILENT).splitlines()
    rows = {name: cells for name, *cells in (line.strip("| ").split(" | ") for line in lines if line.startswith("| "))}
    for figure in ("scheme, macro-F1 over 16", "register, accuracy over 4"):
        value, interval = rows[figure]
        low, high = map(float, interval.split(" to "))
        assert low <= float(value) <= high
    marks = Counter(mark.tactic for document in documents for mark in document.tactics)
    assert {name: int(rows[name][0]) for name in TACTICS.ids} == {name: marks[name] for name in TACTICS.ids}
    assert int(rows["all"][0]) == marks.total()
    hands = Counter(document.hand for document in documents)
    assert {name: int(rows[name][0]) for name in hands} == hands
    assert int(rows["all hands"][0]) == len(documents)


def test_a_single_hand_cannot_be_held_out(few_documents: list[Document]) -> None:
    alone = [document for document in few_documents if document.hand == "spam_desk"][:30]
    assert "held out in turn" not in short_report(alone, SILENT)
