"""The HTTP service: what ``huashu serve`` starts. Needs the extra ``huashu[service]``.

    settings -> store, keys, models, lexicon, limits -> state -> routes_* -> app (behind front: keys, limits, headers)

No model logic lives here: routes hand a text to :class:`huashu.Classifier` and keep what it says.
"""

from __future__ import annotations

from huashu import InputError

INSTALL = "pip install 'huashu[service]'"


def require() -> None:
    """InputError with the command to install what the service needs, if it is missing."""
    try:
        import alembic  # noqa: F401
        import fastapi  # noqa: F401
        import prometheus_client  # noqa: F401
        import pydantic_settings  # noqa: F401
        import sqlalchemy  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise InputError(f"the service needs the package {error.name}; install it with: {INSTALL}") from None
