"""What a desk's traffic is made of: the mixture of texts that a false alarm is counted in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huashu_corpora.document import ADVERSARIAL, Document

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

ORDINARY = 0.9
"""Share of ordinary texts among those that ought to pass; the others look like a fraud, or report one."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """Of n texts: which ``ought`` to alert, which are ``ordinary``, written or taken without a thought of fraud, and
    which were ``chosen`` because a model had erred on them: these tell how it errs, but not how often."""

    ought: Flags
    ordinary: Flags
    chosen: Flags

    @classmethod
    def of(cls, documents: Sequence[Document]) -> Traffic:
        """The traffic that ``documents`` stand for."""
        return cls(
            np.array([document.ought_to_alert for document in documents], bool),
            np.array([document.is_ordinary for document in documents], bool),
            np.array([document.origin == ADVERSARIAL for document in documents], bool),
        )

    @property
    def lookalike(self) -> Flags:
        """(n,): which ought to pass, are not ordinary, and were not chosen."""
        return ~self.ought & ~self.ordinary & ~self.chosen

    @property
    def rest(self) -> Floats:
        """(n,): the share of each text among the texts that ought to pass, which sum to 1: ``ORDINARY`` over the
        ordinary ones; where there are none of them, or nothing else, all count alike. 0 for a text that ought to
        alert or was chosen."""
        sides = [(self.ordinary, ORDINARY), (self.lookalike, 1 - ORDINARY)]
        present = [(side, share) for side, share in sides if side.any()]
        total = sum(share for _, share in present)
        shares = np.zeros(len(self.ought))
        for side, share in present:
            shares[side] = share / total / side.sum()
        return shares

    def only(self, rows: Flags | NDArray[np.intp]) -> Traffic:
        """Of some of the texts."""
        return Traffic(self.ought[rows], self.ordinary[rows], self.chosen[rows])
