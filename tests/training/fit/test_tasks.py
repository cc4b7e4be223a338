"""Tasks are fitted on honest folds only."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from huashu.progress import SILENT
from huashu.verdict.outputs import REGISTER_COLUMNS
from huashu_corpora import Document
from huashu_training.fit.crossfit import cross_fit
from huashu_training.fit.folds import Fold, Groups, LeakError
from huashu_training.fit.tasks import clause_task, read, text_task
from huashu_training.measure.learning_curve import curve_splits


def leaky(hands: Sequence[str], groups: Groups, most: int) -> list[Fold]:
    """Folds that part the first text from its near-duplicate."""
    first, others = np.array([0]), np.arange(1, len(hands))
    return [Fold(others, first), Fold(first, others)]


def test_a_planted_leak_is_caught_in_every_split_before_anything_is_fitted(
    planted: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huashu_training.fit.crossfit.fit_model", pytest.fail)
    reading = read(planted)
    texts = text_task(reading, leaky)
    clauses = clause_task(reading, np.zeros((len(reading.documents), REGISTER_COLUMNS.stop)), leaky)
    for task in (texts, clauses):
        with pytest.raises(LeakError, match="on both sides of a split"):
            cross_fit(task, SILENT)
    with pytest.raises(LeakError, match="on both sides of a split"):
        curve_splits(texts)
