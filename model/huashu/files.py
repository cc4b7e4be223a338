"""Reading a file whole, with errors that a person can act on, and writing one whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from huashu.errors import InputError


def read_bytes(path: Path | str) -> bytes:
    """The bytes of a file; InputError when it cannot be read."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the path") from None


def decode(data: bytes, name: str) -> str:
    """UTF-8 text without its byte order mark; InputError naming the offending byte and the cure. ``name`` is what to
    call the text in it."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name}: is not UTF-8 (byte {error.start}); convert it first, for example: iconv -f GB18030 -t UTF-8"
        ) from None


def read_text(path: Path | str) -> str:
    """The UTF-8 text of a file, without a byte order mark; InputError as of :func:`read_bytes` and :func:`decode`."""
    return decode(read_bytes(path), str(path))


def replace_file(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write ``data``; whoever reads ``path``, also after a crash, finds all of it or what was there before, and others
    may write it at the same time. OSError when that fails."""
    descriptor, partial = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        os.replace(partial, path)
    except BaseException:
        Path(partial).unlink(missing_ok=True)
        raise
