"""``train``: labelled documents -> a calibrated, measured artifact, in three acts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huashu.progress import SILENT, Progress
from huashu_corpora.document import Document
from huashu_training.fit.fitted import check_enough, fit
from huashu_training.measure.measured import measure
from huashu_training.measure.operating_points import STANDARD, NamedRule
from huashu_training.write import write


@dataclass(frozen=True, slots=True)
class Training:
    """What :func:`train` made: where, and the figures of ``metrics.json``."""

    folder: Path
    metrics: Mapping[str, Any]


def train(
    documents: Sequence[Document], folder: Path, rules: Sequence[NamedRule] = STANDARD, progress: Progress = SILENT
) -> Training:
    """Fit ``documents``, measure what was fitted, write it to ``folder``.

    ``rules`` are those of the operating points that the artifact offers, the first is its default's. The same documents
    give the same artifact bytes under the same library versions. Raises InputError for fewer than 20 documents or when
    they do not hold both texts that ought to alert and texts that ought to pass, LeakError if near-duplicates should
    stand on both sides of a split, OSError, before the work, when ``folder`` cannot be made.
    """
    check_enough(documents, "training")
    folder.mkdir(parents=True, exist_ok=True)
    fitted = fit(documents, progress)
    measured = measure(fitted, rules, progress)
    return Training(write(fitted, measured, folder), measured.metrics)
