"""What each piece of the model buys: the figures without it, writers held out.

    python benchmarks/ablation.py

Refits the document model on the shipped corpora for each variant, every writing hand held out, and prints a Markdown
table: area under the ROC curve of "ought to alert", and recall at 5 and 50 false alarms per 1,000 texts that ought to
pass, over all schemes and for the headline scheme.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np
from rich.progress import track
from sklearn.metrics import roc_auc_score

from huashu.labels import HEADLINE
from huashu.verdict.outputs import FRAUD_COLUMN, REPORT_COLUMN, SCHEME_COLUMNS
from huashu.verdict.risk import Floats
from huashu_corpora import Document, read_documents
from huashu_training.fit import calibration, crossfit, pipeline, tasks
from huashu_training.fit.calibration import fit_parts
from huashu_training.fit.judged import Judged

NO_AGREEMENT, ONE_HEAD = "fraud head alone", "one head"


@contextmanager
def changed(owner: Any, name: str, value: Any) -> Iterator[None]:
    """``owner.name`` set to ``value`` inside the block."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


def out_of_fold(documents: list[Document], change: str = "") -> Floats:
    """Out-of-fold score of each document, read as a whole, from a model fitted in this process."""
    task = tasks.text_task(tasks.read(documents))
    counts = [counter.fit_transform(task.sources) for counter in pipeline.counting(task.channels)]
    targets = task.targets.copy()
    if change == ONE_HEAD:
        targets[:, FRAUD_COLUMN] &= targets[:, REPORT_COLUMN] != 1
    scores = np.zeros(targets.shape)
    for fold in task.folds:
        model = crossfit.fit_model(task.channels, counts, targets, fold.train, task.heads)
        scores[fold.test] = model.score([matrix[fold.test] for matrix in counts])
    scores, truth = scores[task.measured], task.targets[task.measured]
    if change == ONE_HEAD:
        return scores[:, FRAUD_COLUMN]
    if change == NO_AGREEMENT:
        scores[:, SCHEME_COLUMNS] = 0
    ones = np.ones(len(scores), np.intp)
    return fit_parts(Judged(scores, ones, truth, ones == 0, ones == 0, ones)).log_odds(scores)


def row(name: str, documents: list[Document], scores: Floats) -> str:
    """A line of the table."""
    ought = np.array([d.ought_to_alert for d in documents])
    headline = ought & np.array([d.scheme == HEADLINE for d in documents])
    cells = [f"{roc_auc_score(ought, scores):.4f}"]
    for per_thousand in (5, 50):
        bound = np.quantile(scores[~ought], 1 - per_thousand / 1000)
        cells += [f"{(scores[ought] > bound).mean():.3f}", f"{(scores[headline] > bound).mean():.3f}"]
    return f"| {name} | {' | '.join(cells)} |"


def main() -> None:
    """Print the table."""
    documents = read_documents()
    tfidf = pipeline.NoveltyTfidf.__init__
    variants: list[tuple[str, tuple[Any, str, Any] | None]] = [
        ("as shipped", None),
        ("words only", (tasks, "DOCUMENT", ("words",))),
        ("characters only", (tasks, "DOCUMENT", ("chars",))),
        ("no damping", (pipeline, "DAMPING", 1e-9)),
        ("no novelty", (tfidf, "__defaults__", (0.0,))),
        ("no noisy copies", (tasks, "NOISY_SHARE", 0.0)),
        (NO_AGREEMENT, None),
        ("reports as in the corpora", (calibration, "REPORTS", 0.5)),
        (ONE_HEAD, None),
    ]
    print("| variant | AUC | recall at 5 | headline at 5 | recall at 50 | headline at 50 |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, change in track(variants, description="ablation", transient=True):
        with changed(*change) if change else nullcontext():
            scores = out_of_fold(documents, name)
        print(row(name, documents, scores), flush=True)


if __name__ == "__main__":
    main()
