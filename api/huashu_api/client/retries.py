"""When the client asks again, how long it waits before, and what it raises in the end."""

from __future__ import annotations

import random
from typing import Any, TypeGuard

import httpx2 as httpx

from huashu import HuashuError

Outcome = httpx.Response | httpx.TransportError
"""What a try came to."""
RETRIED = frozenset({429, 503})
REFUSED_UNREAD = frozenset({429})
"""Of these the statuses with which the service has done nothing yet."""
UNHEARD = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
"""Failures before the service has got anything."""
LONGEST_PAUSE = 60.0


class ServiceError(HuashuError):
    """The service's refusal: ``status`` and the problem's detail; status 0 when the service could not be reached."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


class Asking:
    """What both clients share: where to ask, and how long to wait before asking again."""

    def __init__(
        self, url: str, key: str | None = None, *, timeout: float = 30, retries: int = 4, **options: Any
    ) -> None:
        """``timeout`` in seconds for each try; ``retries`` after 429, 503 and broken connections, with growing pauses
        or as long as the service says, at most a minute. A retry after a broken connection can leave a second record.
        Further options go to httpx: ``verify``, ``proxy``, ``transport``."""
        headers = {} if key is None else {"authorization": f"Bearer {key}"}
        self._options: dict[str, Any] = {"base_url": url, "headers": headers, "timeout": timeout, **options}
        self._retries = retries

    def _pause(self, tried: int, repeatable: bool, outcome: Outcome) -> float:
        """Seconds until the next try, after ``tried`` repetitions; ServiceError when there is none. What is not
        ``repeatable`` is sent again only where it cannot have been heard."""
        if tried >= self._retries or not _may_be_sent_again(repeatable, outcome):
            raise _refusal(outcome)
        asked = outcome.headers.get("retry-after", "") if isinstance(outcome, httpx.Response) else ""
        return min(float(asked), LONGEST_PAUSE) if asked.isdigit() else 0.2 * 2**tried * random.uniform(0.5, 1)


def is_answer(outcome: Outcome) -> TypeGuard[httpx.Response]:
    """Whether the service has done what it was asked."""
    return isinstance(outcome, httpx.Response) and outcome.is_success


def _may_be_sent_again(repeatable: bool, outcome: Outcome) -> bool:
    if isinstance(outcome, httpx.TransportError):
        return repeatable or isinstance(outcome, UNHEARD)
    return outcome.status_code in (RETRIED if repeatable else REFUSED_UNREAD)


def _refusal(outcome: Outcome) -> ServiceError:
    """What to raise for the last try's outcome."""
    if isinstance(outcome, httpx.TransportError):
        return ServiceError(0, f"cannot be reached ({type(outcome).__name__})")
    try:
        detail = str(outcome.json()["detail"])
    except (ValueError, KeyError, TypeError):
        detail = f"the service answered with status {outcome.status_code}"
    return ServiceError(outcome.status_code, detail)
