"""Optional extras: what only some commands need is not installed with the library."""

from __future__ import annotations

from importlib.util import find_spec

from huashu.errors import InputError


def require(extra: str, *modules: str) -> None:
    """InputError with the command to install ``extra`` when one of the ``modules`` that it brings is missing."""
    for module in modules:
        if find_spec(module) is None:
            raise InputError(
                f"huashu[{extra}] needs the package {module}; install it with: pip install 'huashu[{extra}]'"
            )
