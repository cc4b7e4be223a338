"""Requests that several tests make."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from fastapi.testclient import TestClient


@contextlib.contextmanager
def entry_in_force(service: TestClient, **fields: Any) -> Iterator[None]:
    """An entry in the lexicon for as long as the block."""
    added = service.post("/v1/lexicon/phrases", json=fields)
    assert added.status_code == 201
    entry = next(entry for entry in added.json()["entries"] if entry["phrase"] == fields["phrase"])
    try:
        yield
    finally:
        assert service.delete(f"/v1/lexicon/phrases/{entry['id']}").status_code == 200
