"""The HTTP service: what ``huashu serve`` starts. Needs the extra ``huashu[service]``.

    settings, problems, requests, lexicon -> answers -> store -> models, limits, judge -> sessions -> worker
    -> admission, middleware, routes -> app

No model logic lives here: a judge hands a text to :class:`huashu.Classifier` and makes an answer of what it says.
"""

from __future__ import annotations

from huashu import extras


def require() -> None:
    """InputError with the command to install what the service needs, if it is missing."""
    extras.require("service", "alembic", "fastapi", "prometheus_client", "pydantic_settings", "sqlalchemy", "uvicorn")
