"""A client for the service: ``Client``, and ``AsyncClient`` with the same methods to await. Needs ``huashu[client]``.

    calls (each endpoint as a value) -> clients (send them) -> results; retries: whether to ask again

with Client("http://127.0.0.1:8000", key="hs_...") as client:
    print(client.assess("您的刷卡机到期了").assessment.action)
"""

from __future__ import annotations

from huashu import InputError
from huashu.extras import require

try:
    require("client", "httpx2")
except InputError as error:
    raise ImportError(str(error)) from None

from huashu_api.client.clients import AsyncClient, Client
from huashu_api.client.results import Answer, Feedback, FileAnswer, FileItem, Hit, Record, Replay
from huashu_api.client.retries import ServiceError

__all__ = [
    "Answer",
    "AsyncClient",
    "Client",
    "Feedback",
    "FileAnswer",
    "FileItem",
    "Hit",
    "Record",
    "Replay",
    "ServiceError",
]
