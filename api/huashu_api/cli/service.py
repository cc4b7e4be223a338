"""What the commands around the HTTP service share: its settings, its store, its models.

The service is an optional extra, so what of it needs more than the library is imported once :func:`settings` has seen
that it is installed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from huashu_api.service import require
from huashu_api.service.models import Registry

if TYPE_CHECKING:
    from huashu_api.service.settings import Settings
    from huashu_api.service.store.database import Store


def settings(**flags: object) -> Settings:
    """The settings of the environment, over which ``flags`` go. Workers read the same environment. InputError when the
    service is not installed or a setting is wrong."""
    require()
    from huashu_api.service.settings import PREFIX, read_settings  # noqa: PLC0415  (an optional extra)

    os.environ.update({PREFIX + name.upper(): str(value) for name, value in flags.items() if value is not None})
    return read_settings()


@contextmanager
def open_store(chosen: Settings) -> Iterator[Store]:
    """The service's store, its tables brought up to date; InputError when it cannot be opened."""
    from huashu_api.service.store.database import Store  # noqa: PLC0415  (an optional extra)

    store = Store.open(chosen.database)
    try:
        yield store
    finally:
        store.close()


def model_registry(chosen: Settings) -> Registry:
    """The models at the service's hand."""
    return Registry(chosen.data / "models", chosen.model)
