"""Optional parts: each asks for what it needs and says how to install it."""

from __future__ import annotations

from importlib.util import find_spec

from huashu.errors import InputError


def require(extra: str, *modules: str) -> None:
    """InputError with the command to install ``huashu[extra]`` when one of the top-level ``modules`` is missing."""
    for module in modules:
        if find_spec(module) is None:
            raise InputError(f"this needs the package {module}; install it with: pip install 'huashu[{extra}]'")
