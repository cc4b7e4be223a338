"""Statistics count every document."""

from __future__ import annotations

from collections import Counter

from huashu_corpora import Document
from huashu_corpora.statistics import statistics


def test_statistics_count_everything(documents: list[Document]) -> None:
    lines = statistics(documents).splitlines()
    rows = {name: cells for name, *cells in (line.strip("| ").split(" | ") for line in lines if line.startswith("| "))}
    assert int(rows["all"][-1]) == len(documents)
    for name, number in Counter(document.scheme for document in documents).items():
        assert int(rows[name][-1]) == number
    for name, number in Counter(document.hand for document in documents).items():
        assert int(rows[name][0]) == number
    for name, number in Counter(mark.tactic for document in documents for mark in document.tactics).items():
        assert int(rows[name][0]) == number
    assert lines[-1].startswith(f"{len(documents)} documents, ")
