"""How figures are written, for people and for programs.

What was not measured (not a number) is an empty cell for people and null for programs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from huashu.manifest import OperatingPoint


def percent(value: float, digits: int = 1, sign: str = " %") -> str:
    """``0.123`` -> ``12.3 %``."""
    return "" if value != value else f"{100 * value:.{digits}f}{sign}"


def points(difference: float, digits: int = 1) -> str:
    """A difference of shares in points of percent, with its sign."""
    return "" if difference != difference else f"{100 * difference:+.{digits}f}"


def between(low: float, high: float, digits: int = 3) -> str:
    """The bounds of an interval."""
    return f"{low:.{digits}f} to {high:.{digits}f}"


def percent_between(value: float, low: float, high: float) -> str:
    """``12.3 % (10.0 to 14.0)``: a share and its interval."""
    return f"{percent(value)} ({between(100 * low, 100 * high, 1)})"


def point_cells(name: str, point: OperatingPoint) -> tuple[str, ...]:
    """An operating point in a table: name, rule, both thresholds, and recall by alerts and by alerts or reviews."""
    recalls = [percent_between(*point.expected[figure]) for figure in ("recall", "recall_with_review")]
    return (name, point.means, f"{point.alert:.3f}", f"{point.review:.3f}", *recalls)


def for_json(value: Any) -> Any:
    """``value`` as JSON data, which knows no "not a number"."""
    if isinstance(value, Mapping):
        return {key: for_json(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [for_json(one) for one in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
