"""What a caller knows besides the model, added to a verdict: a phrase of a lexicon, for instance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from huashu.labels import SCHEMES
from huashu.result import Reason


@dataclass(frozen=True, slots=True)
class Adjustment:
    """``reasons`` are added to the score (log-odds) by their weights and stand among the reasons of the assessment;
    ``schemes`` maps schemes to what is added to their log-probabilities, before these sum to 1 again.

    Action, moves, missing moves and ``why_not`` are those of the adjusted score and scheme. A text that is not judged
    (note ``no_chinese``) is not adjusted either.
    """

    reasons: tuple[Reason, ...] = ()
    schemes: Mapping[str, float] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """Log-odds added to the score."""
        return sum(reason.weight for reason in self.reasons)

    @property
    def on_schemes(self) -> NDArray[np.float64]:
        """What is added to the log-probability of each of ``SCHEMES`` (16,)."""
        return np.array([self.schemes.get(scheme, 0.0) for scheme in SCHEMES.ids])


NEUTRAL = Adjustment()
