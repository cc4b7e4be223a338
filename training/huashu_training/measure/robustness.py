"""Robustness: every attack on texts that the judging model has not seen, beside the clean figures and a plain model.

Headline texts that ought to alert (where there are none of them, all that ought to) show what an attack costs, texts of
scheme ``none`` what it raises. Each attacked copy is scored by the model of the fold that holds its source, and all of
its group, out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from huashu.labels import HEADLINE, NONE, should_alert
from huashu.reading.analysis import analyse
from huashu.reading.segmenter import default_cut
from huashu.reading.tokens import Token
from huashu.reading.windows import windows
from huashu.scoring.linear import LinearModel
from huashu.scoring.text_model import score_texts
from huashu.verdict.decide import FRAUD_COLUMN, REPORT_COLUMN
from huashu.verdict.risk import RiskModel, sigmoid
from huashu_corpora.document import Document
from huashu_corpora.noise import ATTACKS, apply
from huashu_training.fit.crossfit import HeldOut

CLEAN = "clean"
SEED = 1

Judge = Callable[[Sequence[str], NDArray[np.intp]], NDArray[np.float64]]
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
class Held:
    """The model's judge: risks by ``risk`` from the ``models`` of the folds, long texts in windows as the runtime reads
    them."""

    models: Sequence[LinearModel]
    risk: RiskModel

    def __call__(self, texts: Sequence[str], folds: NDArray[np.intp]) -> NDArray[np.float64]:
        cut = default_cut()
        parts: list[Sequence[Token]] = []
        owners: list[int] = []
        for i, text in enumerate(texts):
            tokens = analyse(text, cut).tokens
            pieces = [tokens, *windows(tokens)]
            parts += pieces
            owners += [i] * len(pieces)
        held_by = folds[owners]
        scores = np.zeros((len(parts), len(self.models[0].intercept)))
        for fold in np.unique(held_by).tolist():
            rows = np.flatnonzero(held_by == fold)
            scores[rows] = score_texts(self.models[fold], [parts[row] for row in rows.tolist()])
        log_odds = np.full(len(texts), -np.inf)
        np.maximum.at(log_odds, owners, self.risk.log_odds(scores[:, FRAUD_COLUMN], scores[:, REPORT_COLUMN]))
        return sigmoid(log_odds)


def targets(documents: Sequence[Document]) -> NDArray[np.bool_]:
    """Who an attack would hide: headline texts that ought to alert; where there are none, all texts that ought to."""
    ought = np.array([should_alert(d.scheme, d.register) for d in documents])
    headline = ought & np.array([d.scheme == HEADLINE for d in documents])
    return headline if headline.any() else ought


def _sample(rows: NDArray[np.intp], most: int) -> NDArray[np.intp]:
    """At most ``most`` of ``rows``, evenly spread."""
    return rows if len(rows) <= most else rows[np.linspace(0, len(rows) - 1, most).astype(np.intp)]


def _attacked(judge: Judge, documents: Sequence[Document], folds: NDArray[np.intp], name: str) -> NDArray[np.float64]:
    texts = [document.text if name == CLEAN else apply(document, name, SEED).text for document in documents]
    return judge(texts, folds)


def measure(
    documents: Sequence[Document],
    held_out: HeldOut,
    judge: Judge,
    bounds: tuple[float, float],
    most: tuple[int, int],
    advance: Callable[[], Any] = lambda: None,
    workers: int = 2,
) -> list[AttackRates]:
    """Rates of the clean texts, then of each attack in ``ATTACKS``.

    ``held_out`` says whose model judges each document, ``bounds`` are the alert and the review threshold on risk,
    ``most`` the numbers of :func:`targets` and of ``none`` texts to sample at most. ``advance`` is called once a row.
    More than one of ``workers`` (processes) needs a ``judge`` that can be pickled.
    """
    hidden = targets(documents)
    none = np.array([d.scheme == NONE for d in documents])
    rows = np.concatenate([_sample(np.flatnonzero(hidden), most[0]), _sample(np.flatnonzero(none), most[1])])
    chosen, folds, caught_of = [documents[i] for i in rows], held_out.fold_of[rows], (hidden[rows], none[rows])
    names = (CLEAN, *ATTACKS)
    jobs = (delayed(_attacked)(judge, chosen, folds, name) for name in names)
    rates = []
    for name, risks in zip(names, Parallel(n_jobs=workers, return_as="generator", max_nbytes="1M")(jobs), strict=True):
        alerts, flagged = risks >= bounds[0], risks >= bounds[1]
        shares = [_share(caught[of]) for of in caught_of for caught in (alerts, flagged)]
        rates.append(AttackRates(name, *shares))
        advance()
    return rates


def markdown(model: Sequence[AttackRates], plain: Sequence[AttackRates] = ()) -> list[str]:
    """Lines of a table: each attack with its difference to the clean text in points; a ``plain`` model beside it."""
    head = ["attack", "headline alert", "alert or review", "change, points", "false alarms on none", "change, points"]
    if plain:
        head += ["plain: alert or review", "plain: false alarms"]
    lines = [f"| {' | '.join(head)} |", f"|---|{'---:|' * (len(head) - 1)}"]
    for i, rates in enumerate(model):
        cells = [
            f"{rates.alert:.1%}",
            f"{rates.flagged:.1%}",
            f"{100 * (rates.flagged - model[0].flagged):+.1f}",
            f"{rates.false_alerts:.2%}",
            f"{100 * (rates.false_alerts - model[0].false_alerts):+.2f}",
        ]
        if plain:
            cells += [f"{plain[i].flagged:.1%}", f"{plain[i].false_alerts:.2%}"]
        lines.append(f"| {rates.attack} | {' | '.join(cells).replace('+nan', '').replace('nan%', '')} |")
    return lines


def _share(caught: NDArray[np.bool_]) -> float:
    return round(float(caught.mean()), 5) if len(caught) else float("nan")
