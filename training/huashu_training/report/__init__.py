"""The evaluation report: one page that a chief can read, with every figure that a threshold must be defended by.

    evidence (crossvalidated.py or judged.py) -> sections (quality.py, parts.py, findings.py) -> render.py

matplotlib draws, Jinja2 fills the page, cleanlab looks for wrong labels; they come with ``huashu[report]``.
"""

from __future__ import annotations

from huashu.errors import InputError

INSTALL = "pip install 'huashu[report]'"


def require() -> None:
    """InputError with the command to install what reports need, if it is missing."""
    try:
        import cleanlab  # noqa: F401
        import jinja2  # noqa: F401
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise InputError(f"reports need the package {error.name}; install it with: {INSTALL}") from None
