"""95 % intervals by bootstrap over groups: texts that belong together are drawn together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
SEED = 20

Rows = NDArray[np.intp]


class Estimate(NamedTuple):
    """A figure and its 95 % interval."""

    value: float
    low: float
    high: float


def resamples(groups: NDArray[np.intp], number: int = RESAMPLES, seed: int = SEED) -> Iterator[Rows]:
    """``number`` times the row numbers of as many groups as there are, drawn with replacement; the same for a seed."""
    generator = np.random.default_rng(seed)
    order = np.argsort(groups, kind="stable")
    _, starts, sizes = np.unique(groups[order], return_index=True, return_counts=True)
    for _ in range(number):
        chosen = generator.integers(0, len(starts), len(starts))
        lengths = sizes[chosen]
        ends = np.cumsum(lengths)
        yield order[np.arange(ends[-1]) + np.repeat(starts[chosen] - ends + lengths, lengths)]


def estimate(measure: Callable[[Rows], float], groups: NDArray[np.intp]) -> Estimate:
    """``measure`` on all rows, and the 2.5th and 97.5th percentile of it on 1,000 resamples (Efron 1979).

    Resamples on which ``measure`` is not a number are left out.
    """
    draws = [measure(rows) for rows in resamples(groups)]
    low, high = np.nanpercentile(draws, [2.5, 97.5])
    return Estimate(measure(np.arange(len(groups))), float(low), float(high))
