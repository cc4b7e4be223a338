"""Which encoding a text is in."""

from __future__ import annotations

import io

from huashu_api.ingest.opening import SAMPLE, peek

_LONGEST_CODE = 4
"""Bytes of the longest character in UTF-8 and GB18030: what a sample may have cut off."""


_FEW = 50
"""One character in so many may be of private use in a text that is no Big5."""


def encoding_of(stream: io.BufferedReader) -> str | None:
    """The encoding of a text stream by its first megabyte, which stays to be read."""
    sample = peek(stream)
    return encoding_of_bytes(sample, cut=len(sample) == SAMPLE)


def encoding_of_bytes(sample: bytes, cut: bool = False) -> str | None:
    """``utf-8-sig``, ``utf-16``, ``utf-16-le``, ``utf-16-be``, ``gb18030`` or ``big5``; None for bytes that are no
    text. ``cut``: they may end within a character."""
    if sample[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if b"\0" in sample:
        return _wide(sample)
    for encoding in ("utf-8", "gb18030"):
        for shorter in range(_LONGEST_CODE if cut else 1):
            if _decodes(sample[: len(sample) - shorter], encoding):
                return "utf-8-sig" if encoding == "utf-8" else _chinese(sample[: len(sample) - shorter])
    return "gb18030" if _share_decoded(sample, "gb18030") > _share_decoded(sample, "utf-8") else "utf-8-sig"


def _chinese(sample: bytes) -> str:
    """GB18030, or Big5 where its text would hold characters that nobody has assigned."""
    text = sample.decode("gb18030")
    wide = sum(not char.isascii() for char in text)
    unassigned = sum("\ue000" <= char <= "\uf8ff" for char in text)
    return "big5" if unassigned * _FEW > wide and _decodes(sample, "big5") else "gb18030"


def _wide(sample: bytes) -> str | None:
    """UTF-16 without a mark, by its line feeds and punctuation: every other byte of them is nought."""
    even = sample[: len(sample) // 2 * 2]
    for encoding in ("utf-16-le", "utf-16-be"):
        if _decodes(even, encoding):
            text = even.decode(encoding)
            usual = sum(
                (char.isascii() and char >= " ")
                or "\u3000" <= char <= "\u9fff"
                or char in "\r\n\t"
                or "\uff00" <= char <= "\uffef"
                for char in text
            )
            if text and "\0" not in text and usual >= 0.9 * len(text):
                return encoding
    return None


def _share_decoded(sample: bytes, encoding: str) -> float:
    """How much of a sample with broken places is text in ``encoding``."""
    lines = sample.split(b"\n")
    return sum(_decodes(line, encoding) for line in lines) / len(lines)


def _decodes(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
