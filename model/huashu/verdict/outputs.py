"""Where the document model's outputs stand in its scores."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from huashu.labels import NONE, REGISTERS, SCHEMES

Floats = NDArray[np.float64]

FRAUD_COLUMN, REPORT_COLUMN = 0, 1
SCHEME_COLUMNS = slice(2, 2 + len(SCHEMES.ids))
REGISTER_COLUMNS = slice(SCHEME_COLUMNS.stop, SCHEME_COLUMNS.stop + len(REGISTERS.ids))

NONE_SCHEME = SCHEMES.ids.index(NONE)
_KINDS_OF_FRAUD = np.array([SCHEME_COLUMNS.start + i for i, name in enumerate(SCHEMES.ids) if name != NONE])


def likeliest_fraud(scores: Floats) -> NDArray[np.intp]:
    """The column of the scheme, ``none`` left out, that scores highest in each row of ``scores`` (n, outputs)."""
    best: NDArray[np.intp] = scores[:, _KINDS_OF_FRAUD].argmax(axis=1)
    return _KINDS_OF_FRAUD[best]
