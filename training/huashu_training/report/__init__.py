"""The evaluation report: one page that a chief can read, with every figure that a threshold must be defended by.

    evidence (crossvalidated.py or finished.py)
    -> sections (quality.py, scores.py, parts.py, attacks.py, comparison.py, lessons.py, mistakes.py)
    -> assemble.py -> render.py

matplotlib draws, Jinja2 fills the page, cleanlab looks for wrong labels; they come with ``huashu[report]``. The short
report (short.py) is printed and needs none of them.
"""

from __future__ import annotations

from huashu import extras


def require() -> None:
    """InputError with the command to install what reports need, if it is missing."""
    extras.require("report", "cleanlab", "jinja2", "matplotlib")
