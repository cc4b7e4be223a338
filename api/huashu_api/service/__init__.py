"""The HTTP service: what ``huashu serve`` starts. Needs the extra ``huashu[service]``.

    settings -> store, keys, models, lexicon, limits -> state -> routes_* -> app (behind front: keys, limits, headers)

No model logic lives here: routes hand a text to :class:`huashu.Classifier` and keep what it says.
"""

from __future__ import annotations

from huashu import extras


def require() -> None:
    """InputError with the command to install what the service needs, if it is missing."""
    extras.require("service", "alembic", "fastapi", "prometheus_client", "pydantic_settings", "sqlalchemy", "uvicorn")
