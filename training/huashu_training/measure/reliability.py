"""Whether a risk of 70 % means 70 %."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def reliability(risks: NDArray[np.float64], truth: NDArray[np.bool_], bins: int = 10) -> list[tuple[float, float, int]]:
    """``(mean risk, share true, texts)`` of each of ``bins`` equally wide bins that is not empty, in order of risk."""
    numbers = np.minimum((risks * bins).astype(np.intp), bins - 1)
    members = [numbers == number for number in np.unique(numbers)]
    return [(float(risks[rows].mean()), float(truth[rows].mean()), int(rows.sum())) for rows in members]


def expected_calibration_error(risks: NDArray[np.float64], truth: NDArray[np.bool_], bins: int = 10) -> float:
    """Mean distance between risk and share true over the bins, weighted by texts (Naeini et al. 2015). 0..1."""
    return sum(abs(mean - share) * count for mean, share, count in reliability(risks, truth, bins)) / len(risks)
