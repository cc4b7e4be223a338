"""Reading text files, with errors that a person can act on."""

from __future__ import annotations

from pathlib import Path

from huashu.errors import InputError


def read_text(path: Path | str) -> str:
    """The file's text, UTF-8 without a byte order mark; InputError when it cannot be read or is not UTF-8."""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    return decode(data, str(path))


def decode(data: bytes, name: str) -> str:
    """``data`` as UTF-8 text without a byte order mark; InputError naming file, offending byte and cure."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name}: is not UTF-8 (byte {error.start}); convert it first, for example: iconv -f GB18030 -t UTF-8"
        ) from None
