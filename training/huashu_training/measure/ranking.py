"""How well scores rank: what any threshold on them could do."""

from __future__ import annotations

from dataclasses import dataclass

from sklearn.metrics import average_precision_score, precision_recall_curve, roc_auc_score, roc_curve

from huashu_training.measure.rates import Flags, Floats


@dataclass(frozen=True, slots=True)
class Ranking:
    """What scores can do for one class: ``roc`` (false positive rates, recalls) and ``pr`` (recalls, precisions), both
    rising; the areas ``auc`` and ``ap`` (average precision); how many are ``members`` of the class."""

    roc: tuple[Floats, Floats]
    pr: tuple[Floats, Floats]
    auc: float
    ap: float
    members: int


def auc(truth: Flags, scores: Floats) -> float:
    """Area under the ROC curve of ``scores`` (n,); not a number with one class."""
    return float(roc_auc_score(truth, scores)) if truth.any() and not truth.all() else float("nan")


def ranking(truth: Flags, scores: Floats) -> Ranking | None:
    """The curves and areas of ``scores`` (n,); None when ``truth`` (n,) is all of one class."""
    if truth.all() or not truth.any():
        return None
    false, recall, _ = roc_curve(truth, scores)
    precision, found, _ = precision_recall_curve(truth, scores)
    areas = auc(truth, scores), float(average_precision_score(truth, scores))
    return Ranking((false, recall), (found[::-1], precision[::-1]), *areas, int(truth.sum()))
