"""What each piece of the model buys: the figures without it, writers held out.

    python benchmarks/ablation.py

Refits fraud and report head on the shipped corpora for each variant, every writing hand held out, and prints a Markdown
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
from huashu.verdict.decide import FRAUD_COLUMN, REPORT_COLUMN
from huashu_corpora import Document, read_documents
from huashu_training.fit import crossfit, pipeline, tasks
from huashu_training.fit.calibration import fit_risk, log_odds


@contextmanager
def changed(owner: Any, name: str, value: Any) -> Iterator[None]:
    """``owner.name`` set to ``value`` inside the block."""
    before = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


def out_of_fold(documents: list[Document], one_head: bool = False) -> np.ndarray[Any, Any]:
    """Out-of-fold score of each document, from a model fitted in this process."""
    task = tasks.text_task(tasks.read(documents))
    counts = [counter.fit_transform(task.sources) for counter in pipeline.counting(task.channels)]
    targets = task.targets[:, [FRAUD_COLUMN, REPORT_COLUMN]].copy()
    if one_head:
        targets[:, 0] &= targets[:, 1] != 1
    scores = np.zeros(targets.shape)
    for fold in task.folds:
        model = crossfit.fit_model(task.channels, counts, targets, fold.train, pipeline.LinearHeads())
        scores[fold.test] = model.score([matrix[fold.test] for matrix in counts])
    scores, truth = scores[task.measured], task.targets[task.measured]
    if one_head:
        return scores[:, 0]
    return log_odds(fit_risk(scores, truth), scores)


def row(name: str, documents: list[Document], scores: np.ndarray[Any, Any]) -> str:
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
        ("one head", None),
    ]
    print("| variant | AUC | recall at 5 | headline at 5 | recall at 50 | headline at 50 |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, change in track(variants, description="ablation", transient=True):
        with changed(*change) if change else nullcontext():
            scores = out_of_fold(documents, one_head=name == "one head")
        print(row(name, documents, scores), flush=True)


if __name__ == "__main__":
    main()
