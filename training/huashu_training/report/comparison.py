"""The section that compares two models on the same texts."""

from __future__ import annotations

import numpy as np
from scipy.stats import binomtest

from huashu.labels import SCHEMES
from huashu_training.figures import percent
from huashu_training.measure.rates import Flags
from huashu_training.report.evidence import Evidence, Rival
from huashu_training.report.page import Section, Table


def mcnemar(ours: Flags, theirs: Flags) -> tuple[int, int, float]:
    """``(only ours right, only theirs right, p)``: McNemar's exact test, a binomial test on the texts where the two
    differ (McNemar 1947). p is 1 when they never differ."""
    ahead, behind = int((ours & ~theirs).sum()), int((theirs & ~ours).sum())
    return ahead, behind, float(binomtest(ahead, ahead + behind).pvalue) if ahead + behind else 1.0


def comparison(e: Evidence, rival: Rival) -> Section:
    """The two models on the same texts."""
    rows = []
    for question, ours, theirs in _questions(e, rival):
        ahead, behind, p = mcnemar(ours, theirs)
        right = [percent(float(of.mean()), 2) for of in (ours, theirs)]
        rows.append((question, *right, str(ahead), str(behind), f"{p:.2g}"))
    columns = (
        "question",
        "this model right",
        f"{rival.name} right",
        "only this one right",
        "only the other right",
        "p",
    )
    return Section(
        "comparison",
        f"Beside another model: {rival.name}",
        "McNemar's exact test looks only at texts where the two differ. p is the chance of a difference at least this "
        "lopsided if both were equally good; below 0.05 it is usually taken as real. Both models are at thresholds "
        "of the same rule.",
        (Table(columns, tuple(rows)),),
    )


def _questions(e: Evidence, rival: Rival) -> list[tuple[str, Flags, Flags]]:
    """What both models were asked, and which texts each answered rightly."""
    alert, review = rival.bounds
    questions = [
        ("alert or not", e.alerts == e.ought, (rival.risks >= alert) == e.ought),
        ("alert or review, or not", e.flagged == e.ought, (rival.risks >= review) == e.ought),
    ]
    if rival.schemes is not None:
        known = np.isin(e.true_schemes, SCHEMES.ids)
        ours, theirs = e.found_schemes == e.true_schemes, rival.schemes == e.true_schemes
        questions.append(("scheme", ours[known], theirs[known]))
    return questions
