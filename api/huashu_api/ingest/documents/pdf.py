"""Pages (pdf) that hold text."""

from __future__ import annotations

import logging
import re
from typing import IO

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from huashu.interrupt import checkpoint
from huashu.reading.dialogue import MAX_CHARACTERS

MAX_PAGES, MAX_BYTES = 500, 64 << 20
_BROKEN_LINE = re.compile(r"(?<=[\u3400-\u9fff，、])\n(?=[\u3400-\u9fff])")
"""A line feed within a sentence: pages break lines where they end."""
logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it warns of is in the reject


def pdf_text(raw: IO[bytes]) -> tuple[str | None, str]:
    """The text of the pages; or None and the reason."""
    if raw.seek(0, 2) > MAX_BYTES:
        return None, f"is larger than {MAX_BYTES >> 20} MB: split it"
    raw.seek(0)
    try:
        reader = PdfReader(raw)
        if reader.is_encrypted and not reader.decrypt(""):
            return None, "is protected by a password; save it without one"
        if len(reader.pages) > MAX_PAGES:
            return None, f"has more than {MAX_PAGES} pages: split it"
        pages: list[str] = []
        for page in reader.pages:
            checkpoint()
            pages.append(page.extract_text())
            if sum(map(len, pages)) > 2 * MAX_CHARACTERS:
                break
    except (
        PyPdfError,
        OSError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        RecursionError,
        AssertionError,
        OverflowError,
        ZeroDivisionError,
        NotImplementedError,
    ) as error:
        return None, f"is not a PDF document, or damaged ({type(error).__name__})"
    text = "\n".join(pages).strip()
    return (_BROKEN_LINE.sub("", text), "") if text else (None, "holds pictures of text only; recognise it (OCR) first")
