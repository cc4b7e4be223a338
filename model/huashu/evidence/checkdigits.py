"""Check digits of Chinese ID cards and of bank cards."""

from __future__ import annotations

from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CODES = "10x98765432"


def is_id_card(number: str) -> bool:
    """Whether ``number`` (17 digits and a digit or ``x``) has a real birthday and the right check digit.

    GB 11643-1999: the weighted sum of the first 17 digits modulo 11 (ISO 7064 MOD 11-2).
    """
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number[:17], strict=True))
    except ValueError:
        return False
    return len(number) == 18 and number[17] == _CODES[total % 11]


def is_bank_card(number: str) -> bool:
    """Whether ``number`` has 15 to 19 digits that pass Luhn's test (ISO/IEC 7812-1, annex B)."""
    if not (15 <= len(number) <= 19 and number.isdecimal() and number[0] in "34569"):
        return False
    doubled = [int(digit) * (1 + position % 2) for position, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
