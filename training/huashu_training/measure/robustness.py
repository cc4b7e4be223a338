"""Robustness: every attack on texts that the judging model has not seen, beside the clean figures and a baseline.

Headline texts that ought to alert (where there are none of them, all that ought to) show what an attack costs, texts of
scheme ``none`` what it raises. Each attacked copy is scored by the model of the fold that holds its source, and all of
its group, out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from huashu.labels import HEADLINE, NONE
from huashu.progress import SILENT, Progress
from huashu.scoring.linear import LinearModel
from huashu.verdict.risk import RiskModel, sigmoid
from huashu_corpora.attacks import ATTACKS
from huashu_corpora.copies import noisy_copy
from huashu_corpora.document import Document
from huashu_corpora.markdown import table
from huashu_training.figures import percent, points
from huashu_training.fit.folds import HeldOut
from huashu_training.fit.judged import decide, tokens_of
from huashu_training.measure.rates import share

CLEAN = "clean"
SEED = 1
DIGITS = 5
"""Shares are rounded to this many decimals."""

RisksByFold = Callable[[Sequence[str], NDArray[np.intp]], NDArray[np.float64]]
"""Texts and the fold (texts,) that holds each out -> risks (texts,)."""


@dataclass(frozen=True, slots=True)
class AttackRates:
    """Shares (0..1): of :func:`targets` with ``alert`` and with alert or review (``flagged``), of ``none`` texts with a
    false alarm (``false_alerts``) and with alert or review (``false_reviews``). Not a number where there are none."""

    attack: str
    alert: float
    flagged: float
    false_alerts: float
    false_reviews: float


@dataclass(frozen=True, slots=True)
class FoldRisks:
    """Risks by ``risk`` from the ``models`` of the folds, long texts in parts as the runtime reads them."""

    models: Sequence[LinearModel]
    risk: RiskModel

    def __call__(self, texts: Sequence[str], folds: NDArray[np.intp]) -> NDArray[np.float64]:
        scores, parts = decide(self.models, self.risk, tokens_of(texts), folds)
        return sigmoid(self.risk.log_odds(scores, parts))


def targets(documents: Sequence[Document]) -> NDArray[np.bool_]:
    """Who an attack would hide: headline texts that ought to alert; where there are none, all texts that ought to."""
    ought = np.array([d.ought_to_alert for d in documents])
    headline = ought & np.array([d.scheme == HEADLINE for d in documents])
    return headline if headline.any() else ought


def _sample(rows: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """At most ``most`` of ``rows``, evenly spread."""
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(np.intp)]


def _attacked(
    risks: RisksByFold, documents: Sequence[Document], folds: NDArray[np.intp], attack: str
) -> NDArray[np.float64]:
    texts = [document.text if attack == CLEAN else noisy_copy(document, attack, SEED).text for document in documents]
    return risks(texts, folds)


def attack_rates(
    documents: Sequence[Document],
    held_out: HeldOut,
    risks: RisksByFold,
    bounds: tuple[float, float],
    most: tuple[int, int],
    progress: Progress = SILENT,
    name: str = "attacks",
    workers: int = 2,
) -> list[AttackRates]:
    """Rates of the clean texts, then of each attack in ``ATTACKS``.

    ``held_out`` says whose model judges each document, ``bounds`` are the alert and the review threshold on risk,
    ``most`` the numbers of :func:`targets` and of ``none`` texts to sample at most; ``name`` is that of the stage.
    More than one of ``workers`` (processes) needs ``risks`` that can be pickled.
    """
    hidden = targets(documents)
    none = np.array([d.scheme == NONE for d in documents])
    rows = np.concatenate([_sample(np.flatnonzero(hidden), most[0]), _sample(np.flatnonzero(none), most[1])])
    chosen, folds, sides = [documents[i] for i in rows], held_out.fold_of[rows], (hidden[rows], none[rows])
    names = (CLEAN, *ATTACKS)
    advance = progress.stage(name, len(names))
    jobs = (delayed(_attacked)(risks, chosen, folds, attack) for attack in names)
    rates = []
    for attack, of in zip(names, Parallel(n_jobs=workers, return_as="generator", max_nbytes="1M")(jobs), strict=True):
        shares = [round(share(of >= bound, side), DIGITS) for side in sides for bound in bounds]
        rates.append(AttackRates(attack, *shares))
        advance(1)
    return rates


def markdown(model: Sequence[AttackRates], baseline: Sequence[AttackRates]) -> list[str]:
    """Lines of a table: each attack with its difference to the clean text in points, the ``baseline`` beside it."""
    columns = (
        "attack",
        "headline alert",
        "alert or review",
        "change, points",
        "false alarms on none",
        "change, points",
        "plain: alert or review",
        "plain: false alarms",
    )
    clean = model[0]
    rows = [
        (
            rates.attack,
            percent(rates.alert, sign="%"),
            percent(rates.flagged, sign="%"),
            points(rates.flagged - clean.flagged),
            percent(rates.false_alerts, 2, "%"),
            points(rates.false_alerts - clean.false_alerts, 2),
            percent(beside.flagged, sign="%"),
            percent(beside.false_alerts, 2, "%"),
        )
        for rates, beside in zip(model, baseline, strict=True)
    ]
    return table(columns, rows)
