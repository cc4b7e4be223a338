"""Masking of personal numbers: ID cards, bank cards, mobiles, serial numbers. For logs, stores and printed batches.

Masking errs on the side of hiding: form decides, check digits do not, because a mistyped number is personal too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from huashu.reading.normalise import normalise

HIDDEN = "*"

_SEPARATOR = r"[ \-.,·_]{0,2}"
_WORD_DIGIT = "零〇幺一二两三四五六七八九"
_LONG_RUN = re.compile(rf"(?<!\d)\d(?:{_SEPARATOR}[\dx*]){{10,}}")
_SPOKEN_RUN = re.compile(rf"[{_WORD_DIGIT}](?:[ ,，、]?[{_WORD_DIGIT}\d]){{10,}}")
_SERIAL = re.compile(
    r"(?:序列号|机身号|设备号|终端号|机具号|商户号|商编|编号|sn码?|身份证号?码?|卡号)(?:是|为|尾号)?[:： #]{0,2}"
    r"(?P<id>[a-z0-9][a-z0-9\-*]{5,})"
)
_LETTERS = r"[a-z\-]{0,64}+"
"""Letters between two digits of a mixed run. They may reach over hyphens into the next run, which looks in its turn:
hence the bound."""
_MIXED = re.compile(rf"(?<![a-z0-9])(?=[a-z0-9]{{8}})(?=(?:{_LETTERS}\d){{6}})(?=\d*[a-z])[a-z0-9]{{8,}}")


def sensitive_spans(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the raw ``text`` that hold personal numbers; they may overlap.

    Found are runs of eleven digits or more, also spaced, hyphenated, full-width or spoken as Chinese digits (mobiles,
    bank cards, ID cards); what follows the words serial, terminal, merchant, card or ID number; mixed runs of eight
    or more letters and digits with six digits. Invisible characters and symbols between digits do not help.
    """
    normal = normalise(text)
    for pattern in (_LONG_RUN, _SPOKEN_RUN, _SERIAL, _MIXED):
        for match in pattern.finditer(normal.text):
            yield normal.raw_span(*match.span("id" if "id" in pattern.groupindex else 0))


def mask(text: str) -> str:
    """``text`` with every letter and digit of a personal number hidden but its first three and last two.

    The length stays the same, so offsets into the text still hold. Masking a masked text changes nothing. Any string
    is accepted.
    """
    shown = list(text)
    for start, end in sensitive_spans(text):
        places = [i for i in range(start, end) if text[i].isalnum()]
        for i in places[3:-2]:
            shown[i] = HIDDEN
    return "".join(shown)
