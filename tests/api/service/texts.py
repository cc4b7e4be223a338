"""What the tests of the service send."""

from __future__ import annotations

from typing import Any

from huashu_api.service.requests import EXAMPLE

__all__ = ["CALL", "EXAMPLE", "MOBILE", "PASSWORD", "PERSONAL"]

CALL: list[dict[str, Any]] = [{"role": "客服", "words": part} for part in EXAMPLE.split("。") if part]
"""The example as a call, a sentence a turn."""

PASSWORD = "芝麻开门"
"""A phrase that no model knows: what a lexicon with it makes of a text is the lexicon's doing."""

PERSONAL = {
    "id card": "110101199003074514",
    "bank card": "6222020200112233445",
    "mobile": "13912345678",
    "spaced mobile": "139 8765 4321",
    "full-width mobile": "１３７１２３４５６７８",
}
"""Numbers that belong to somebody, by what they are."""

MOBILE = PERSONAL["mobile"]
