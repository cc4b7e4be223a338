"""Drift: whether the texts of a new period still are what the model was made for.

The population stability index of two samples over bins is sum((new - old) * ln(new / old)) of the bins' shares (Siddiqi
2006, Credit Risk Scorecards); below 0.1 counts as stable, above 0.25 as changed. Small samples have an index by chance
alone, about (bins - 1) * (1 / n_old + 1 / n_new), which stands beside it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huashu import Classifier, Source
from huashu.errors import InputError
from huashu.labels import SCHEMES
from huashu.progress import SILENT, Progress
from huashu.reading.analysis import analyse
from huashu.reading.segmenter import default_cut
from huashu_training.fit.gram_strings import word_grams
from huashu_training.measure.batches import score_all
from huashu_training.measure.rates import logit

BINS = 10
FEWEST = 3
"""A phrase in fewer alerts of the new period than this is not told."""
PHRASES = 30
STABLE, CHANGED = 0.1, 0.25


@dataclass(frozen=True, slots=True)
class Period:
    """The judged texts of a period: ``scores`` (log-odds of risk) and ``coverage`` (share of a text's words and pairs
    that the model knows, 0..1), n each; ``schemes`` and ``actions``; the distinct words and pairs of each text."""

    name: str
    scores: NDArray[np.float64]
    coverage: NDArray[np.float64]
    schemes: Sequence[str]
    actions: Sequence[str]
    grams: Sequence[frozenset[str]]


@dataclass(frozen=True, slots=True)
class Shift:
    """Shares of ``bins`` (names) in the ``old`` and the ``new`` period, their stability ``index`` and what of it chance
    explains."""

    name: str
    bins: tuple[str, ...]
    old: tuple[float, ...]
    new: tuple[float, ...]
    index: float
    by_chance: float

    @property
    def verdict(self) -> str:
        if self.by_chance > CHANGED:
            return "too few texts"
        excess = self.index - self.by_chance
        return "stable" if excess < STABLE else "changed" if excess > CHANGED else "look closer"


@dataclass(frozen=True, slots=True)
class Rising:
    """A phrase in ``old`` alerts of the old period and ``new`` of the new one; ``unseen``: in no text of the old one
    at all; ``z`` is how surely it rises, in standard errors."""

    phrase: str
    old: int
    new: int
    unseen: bool
    z: float


@dataclass(frozen=True, slots=True)
class Drift:
    """Two periods compared."""

    old: Period
    new: Period
    shifts: tuple[Shift, ...]
    rising: tuple[Rising, ...]


def judge_period(name: str, sources: Sequence[Source], classifier: Classifier, progress: Progress = SILENT) -> Period:
    """Judge the ``sources`` of a period. InputError for none."""
    if not sources:
        raise InputError(f"{name}: holds no text that can be judged; drift needs texts of both periods")
    scores = score_all(classifier, sources, progress, f"judging {name}")
    advance = progress.stage(f"reading {name}", len(sources))
    coverage: list[float] = []
    grams: list[frozenset[str]] = []
    model = classifier.artifact.document
    known = set(model.grams(model.channels[0]))
    cut = default_cut()
    for source in sources:
        words = word_grams(analyse(source, cut).tokens)
        coverage.append(sum(word in known for word in words) / max(1, len(words)))
        grams.append(frozenset(words))
        advance(1)
    return Period(name, logit(scores.risk), np.array(coverage), scores.scheme, scores.action, grams)


def stability_index(old: NDArray[np.float64], new: NDArray[np.float64]) -> float:
    """The index of two rows of counts (bins,); half a text is added to each bin, so that an empty one has a share."""
    shares = [(counts + 0.5) / (counts + 0.5).sum() for counts in (old, new)]
    return float(((shares[1] - shares[0]) * np.log(shares[1] / shares[0])).sum())


def _shift(name: str, bins: Sequence[str], old: NDArray[np.float64], new: NDArray[np.float64]) -> Shift:
    used = int(((old + new) > 0).sum())
    chance = (used - 1) * (1 / old.sum() + 1 / new.sum())
    keep = (old + new) > 0
    index = stability_index(old[keep], new[keep])
    names = tuple(name for name, used_bin in zip(bins, keep, strict=True) if used_bin)
    return Shift(name, names, tuple(old[keep] / old.sum()), tuple(new[keep] / new.sum()), index, float(chance))


def numeric_shift(name: str, old: NDArray[np.float64], new: NDArray[np.float64]) -> Shift:
    """Bins are the tenths of the old period."""
    inner = np.unique(np.quantile(old, np.linspace(0, 1, BINS + 1)[1:-1]))
    counts = [np.bincount(np.digitize(values, inner), minlength=len(inner) + 1).astype(float) for values in (old, new)]
    edges = [f"{edge:.2f}" for edge in inner]
    names = [f"below {edges[0]}", *(f"from {edge}" for edge in edges)]
    return _shift(name, names, *counts)


def label_shift(name: str, labels: Sequence[str], old: Sequence[str], new: Sequence[str]) -> Shift:
    """Bins are the labels."""
    counts = [np.array([Counter(values)[label] for label in labels], float) for values in (old, new)]
    return _shift(name, labels, *counts)


def rising_phrases(old: Period, new: Period) -> tuple[Rising, ...]:
    """Words and pairs that rise most among alerts: log-odds ratio with an informative Dirichlet prior, in standard
    errors (Monroe, Colaresi and Quinn 2008, section 3.5.1); the prior is the texts of both periods, weighing as much as
    the alerts of the new one."""
    counts = [
        Counter(g for grams, action in zip(p.grams, p.actions, strict=True) if action == "alert" for g in grams)
        for p in (old, new)
    ]
    everywhere = Counter(g for period in (old, new) for grams in period.grams for g in grams)
    before = {gram for grams in old.grams for gram in grams}
    strength = max(1, counts[1].total()) / max(1, everywhere.total())
    prior_total = strength * everywhere.total()
    rising = []
    for gram, count in counts[1].items():
        if count < FEWEST or "<" in gram:
            continue
        prior = strength * everywhere[gram]
        odds = [(c[gram] + prior) / (c.total() + prior_total - c[gram] - prior) for c in counts]
        z = float(np.log(odds[1] / odds[0]) / np.sqrt(1 / (count + prior) + 1 / (counts[0][gram] + prior)))
        rising.append(Rising(gram, counts[0][gram], count, gram not in before, z))
    return tuple(sorted((rise for rise in rising if rise.z > 0), key=lambda rise: (-rise.z, rise.phrase))[:PHRASES])


def compare(old: Period, new: Period) -> Drift:
    """Shifts of scores, coverage, actions and schemes, and the phrases that rise among alerts."""
    shifts = (
        numeric_shift("score", old.scores, new.scores),
        numeric_shift("vocabulary coverage", old.coverage, new.coverage),
        label_shift("action", ("alert", "review", "pass"), old.actions, new.actions),
        label_shift("scheme", SCHEMES.ids, old.schemes, new.schemes),
    )
    return Drift(old, new, shifts, rising_phrases(old, new))
