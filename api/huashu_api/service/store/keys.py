"""API keys: ``hs_<id>_<secret>``. The secret has 256 random bits and is kept only as its SHA-256."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from enum import IntEnum

from sqlalchemy import select

from huashu import InputError
from huashu_api.service.problems import ServiceError
from huashu_api.service.store.database import Store
from huashu_api.service.store.tables import ApiKey, now


class Role(IntEnum):
    """What a key may do; each role may do what those before it may."""

    score = 1
    review = 2
    admin = 3


@dataclass(frozen=True, slots=True)
class Caller:
    """Who sends a request: a key's id (None where keys are off) and role."""

    key_id: str | None
    role: Role

    @property
    def name(self) -> str:
        """Whom limits are counted for."""
        return self.key_id or "anyone"


ANYONE = Caller(None, Role.admin)
"""The caller where keys are off, which is for loopback."""


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def create(store: Store, name: str, role: Role) -> str:
    """Make a key; returns it. This is the only time that its secret is seen."""
    if not name.strip() or len(name) > 100:
        raise InputError("a key needs a name of 1 to 100 characters that says who uses it")
    key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    with store.writing() as session:
        session.add(ApiKey(id=key_id, name=name, role=role.name, digest=_digest(secret), created=now(), revoked=None))
    return f"hs_{key_id}_{secret}"


def revoke(store: Store, key_id: str) -> None:
    """End a key; InputError when there is none of that id in force."""
    with store.writing() as session:
        key = session.get(ApiKey, key_id)
        if key is None or key.revoked:
            raise InputError("no key of this id is in force; see `huashu keys list`")
        key.revoked = now()


def all_keys(store: Store) -> list[ApiKey]:
    """Every key that was made, the oldest first."""
    with store.reading() as session:
        return list(session.scalars(select(ApiKey).order_by(ApiKey.created)))


class KeyRing:
    """Tells callers by their keys, from memory: what is new in the store is known after :meth:`refresh`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._keys: dict[str, ApiKey] = {}
        self.refresh()

    def refresh(self) -> None:
        """Read the keys in force. Blocks."""
        self._keys = {key.id: key for key in all_keys(self._store) if key.revoked is None}

    def check(self, caller: Caller) -> None:
        """ServiceError 401 when the caller's key is not in force any more."""
        if caller.key_id is not None and caller.key_id not in self._keys:
            raise ServiceError(401, "the API key is not in force any more")

    def caller(self, presented: str) -> Caller | None:
        """The caller with this key; None when it is not a key in force."""
        key_id, _, secret = presented.removeprefix("hs_").partition("_")
        key = self._keys.get(key_id)
        if key is None or not hmac.compare_digest(key.digest, _digest(secret)):
            return None
        return Caller(key.id, Role[key.role])
