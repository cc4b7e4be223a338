"""The yardstick: what share is caught, how well what is found agrees with what is marked, and scores made of these."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def share(caught: Flags, of: Flags) -> float:
    """Share (0..1) of ``of`` that is ``caught``, (n,) each; not a number when there is none."""
    return float(caught[of].mean()) if of.any() else float("nan")


def logit(risks: Floats) -> Floats:
    """Log-odds of ``risks`` (n,), which are kept a billionth away from 0 and 1."""
    inside = risks.clip(1e-9, 1 - 1e-9)
    return np.log(inside / (1 - inside))  # type: ignore[no-any-return]


def macro_f1(truth: NDArray[np.intp], found: NDArray[np.intp]) -> float:
    """Mean F1 of the labels, numbers from 0 on, that occur in ``truth`` (n,) or ``found`` (n,); not a number where n is
    0."""
    if not len(truth):
        return float("nan")
    labels = int(max(truth.max(), found.max())) + 1
    hits = np.bincount(truth[truth == found], minlength=labels)
    sums = np.bincount(truth, minlength=labels) + np.bincount(found, minlength=labels)
    return float((2 * hits[sums > 0] / sums[sums > 0]).mean())


@dataclass(frozen=True, slots=True)
class Agreement:
    """What was found beside what is marked.

    Of the marked, so many are ``caught`` and so many ``missed``; of the found, so many are ``right`` and so many
    ``extra``. Of texts and clauses, which are found or not, as many are caught as are right; spans that overlap are
    counted from both sides.
    """

    caught: int = 0
    missed: int = 0
    right: int = 0
    extra: int = 0

    @classmethod
    def of(cls, marked: Flags, found: Flags) -> Agreement:
        """Over texts or clauses (n,)."""
        both = int((marked & found).sum())
        return cls(both, int(marked.sum()) - both, both, int(found.sum()) - both)

    @property
    def marked(self) -> int:
        return self.caught + self.missed

    @property
    def found(self) -> int:
        return self.right + self.extra

    @property
    def precision(self) -> float:
        """0 where nothing is found."""
        return self.right / max(1, self.found)

    @property
    def recall(self) -> float:
        """0 where nothing is marked."""
        return self.caught / max(1, self.marked)

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 when nothing agrees."""
        return 2 * self.right * self.caught / max(1, self.right * self.marked + self.caught * self.found)

    def __add__(self, other: Agreement) -> Agreement:
        return Agreement(
            self.caught + other.caught, self.missed + other.missed, self.right + other.right, self.extra + other.extra
        )


def total(parts: Iterable[Agreement]) -> Agreement:
    """All ``parts`` as one."""
    return sum(parts, Agreement())
