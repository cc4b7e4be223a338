"""Number words: 二百九十九, 3千8, 两百九, 1.2万 and plain digits, as values."""

from __future__ import annotations

from huashu.reading.tokens import LONGEST_NUMBER

_FORMAL = str.maketrans("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千")
"""Numerals as they stand on receipts."""
_DIGITS = {char: str(digit) for digit, char in enumerate("零一二三四五六七八九")} | {"〇": "0", "两": "2", "幺": "1"}
_UNITS = {"亿": 1e8, "万": 1e4, "w": 1e4, "千": 1e3, "k": 1e3, "百": 1e2, "十": 1e1}

NUMERALS = "零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟"
DIGITS = rf"\d{{1,{LONGEST_NUMBER}}}+(?!\d)"
_FRACTION = rf"(?:\.\d{{1,{LONGEST_NUMBER}}}+)?"
DECIMAL = rf"{DIGITS}{_FRACTION}"
"""Pattern of a number in digits such as 0.38."""
GROUPED = rf"{DIGITS}(?:,\d{{3}}){{0,{LONGEST_NUMBER // 3}}}{_FRACTION}"
"""Pattern of a number in digits such as 1,299.50."""
_AFTER_POINT = rf"点[零一二三四五六七八九]{{1,{LONGEST_NUMBER}}}+"
NUMBER_BEGINS = r"\d零一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾"
"""What ``NUMBER`` can begin with: a character class without its brackets. Looking at the first character alone saves
most of a search, because most characters begin no number."""
NUMBER = (
    rf"(?:{GROUPED}[十百千万亿拾佰仟kw]{{0,8}}\d?(?![\d.])"
    rf"|[一二两三四五六七八九十壹贰叁肆伍陆柒捌玖拾][{NUMERALS}]{{0,{LONGEST_NUMBER}}}+(?:{_AFTER_POINT}[万千百]?)?|零{_AFTER_POINT})"
)
"""Pattern of a number in normalised text."""


def chinese_number(words: str) -> float:
    """The value of ``words`` in Chinese, Arabic or mixed numerals; ValueError if there is none.

    Reads 二百九十九, 3千8 and 两百九 (a last digit counts in the next lower unit), 1.2万, 三点八, 二九九 (by digits).
    """
    words = words.translate(_FORMAL)
    for symbol, size in _UNITS.items():
        head, found, tail = words.partition(symbol)
        if found:
            low = chinese_number(tail.lstrip("零〇")) if tail else 0.0
            lone = len(tail) == 1 and tail not in _UNITS
            return (chinese_number(head) if head else 1.0) * size + low * (size / 10 if lone else 1)
    return float("".join(_DIGITS.get(char, char) for char in words.replace(",", "").replace("点", ".")))


def plain(value: float) -> str:
    """``value`` with at most four decimals and without trailing zeros."""
    return f"{value:.4f}".rstrip("0").rstrip(".")
