"""Facts of the case, pulled out of the normalised text by form: sums, rates, terms, contacts, brands.

Each finder is a pattern over normalised text and a function from the match to the normalised value. Facts do not
influence the verdict.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files

_DIGITS = {char: str(digit) for digit, char in enumerate("零一二三四五六七八九")} | {"〇": "0", "两": "2", "幺": "1"}
_UNITS = {"亿": 1e8, "万": 1e4, "w": 1e4, "千": 1e3, "k": 1e3, "百": 1e2, "十": 1e1}


def chinese_number(words: str) -> float:
    """The value of ``words`` in Chinese, Arabic or mixed numerals; ValueError if there is none.

    Reads 二百九十九, 3千8 and 两百九 (a last digit counts in the next lower unit), 1.2万, 三点八, 二九九 (by digits).
    """
    for symbol, size in _UNITS.items():
        head, found, tail = words.partition(symbol)
        if found:
            low = chinese_number(tail.lstrip("零〇")) if tail else 0.0
            return (chinese_number(head) if head else 1.0) * size + low * (size / 10 if len(tail) == 1 else 1)
    return float("".join(_DIGITS.get(char, char) for char in words.replace(",", "").replace("点", ".")))


def _plain(value: float) -> str:
    return f"{value:.4f}".rstrip("0").rstrip(".")


_NUMBER = (
    r"(?:\d+(?:,\d{3})*(?:\.\d+)?[十百千万亿kw]?\d?"
    r"|[一二两三四五六七八九十][零〇一二两三四五六七八九十百千万亿]*(?:点[零一二三四五六七八九]+)?)"
)
_BRANDS = files("huashu").joinpath("data/brands.txt").read_text(encoding="utf-8").split()


@dataclass(frozen=True, slots=True)
class Finding:
    """A fact in the normalised text: ``[start, end)`` there, and its value."""

    kind: str
    start: int
    end: int
    value: str


def _money(match: re.Match[str]) -> str:
    return _plain(chinese_number(match["n"] or match["m"]))


def _rate(match: re.Match[str]) -> str:
    if match["per"]:
        base = {"百": 1, "千": 10, "万": 100}[match["per"][0]]
        return _plain(chinese_number(match["share"]) / base)
    return _plain(float(match["percent"] or match["bare"]))


def _term(match: re.Match[str]) -> str:
    count = {"半": "0.5"}.get(match["count"]) or _plain(chinese_number(match["count"]))
    return (
        count
        + {"天": "d", "日": "d", "周": "w", "星": "w", "礼": "w", "个": "m", "月": "m", "年": "y"}[match["unit"][0]]
    )


_FINDERS: tuple[tuple[str, re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (
        "url",
        re.compile(
            r"(?:https?://|www\.)[a-z0-9\-._~/?#=&%*]+|(?<![a-z0-9@.])(?:[a-z0-9\-]+\.)+(?:com|cn|net|org|cc|top|xyz|vip|invalid)(?![a-z])[a-z0-9/\-._?=&]*"
        ),
        lambda match: match[0].rstrip("."),
    ),
    (
        "wechat",
        re.compile(
            r"(?:微信号?|加微|vx|wx|薇信?|威信)(?:号|是|为|同号)?[:： ]{0,2}(?P<id>[a-z][a-z0-9_\-*]{4,19}|\d{5,11})"
        ),
        lambda match: match["id"],
    ),
    (
        "qq",
        re.compile(r"(?:qq|扣扣|企鹅)群?号?(?:是|为)?[:： ]{0,2}(?P<id>[1-9][\d*]{4,11})"),
        lambda match: match["id"],
    ),
    (
        "phone",
        re.compile(
            r"(?<![\d*])(?:1[3-9][\dx*]{9}|1[3-9]\d[*x]{1,8}\d{0,4}|400[\- ]?[\dx*]{3,4}[\- ]?[\dx*]{3,4}"
            r"|0\d{2,3}[\- ][\dx*]{7,8}|(?:95|96)\d{3}(?:\d{1,3})?)(?![\d*.])"
        ),
        lambda match: re.sub(r"[\- ]", "", match[0]),
    ),
    (
        "rate",
        re.compile(
            rf"(?P<per>[百千万])分之(?P<share>{_NUMBER})|(?P<percent>\d+(?:\.\d+)?)\s?%|(?<![\d.])(?P<bare>0\.[2-7]\d?)(?![\d元块万])"
        ),
        _rate,
    ),
    (
        "amount",
        re.compile(
            rf"[¥￥]\s?(?P<m>\d+(?:,\d{{3}})*(?:\.\d+)?[万w]?)|(?P<n>{_NUMBER})多?(?:元钱|块钱|元|块|rmb)(?!儿)"
        ),
        _money,
    ),
    (
        "term",
        re.compile(
            rf"(?P<count>半|{_NUMBER})(?P<unit>个月|个工作日|天|周|星期|礼拜|年)(?=[之以]?[内后]|左右|就?返|就?退|到期|期)"
        ),
        _term,
    ),
    ("date", re.compile(r"(?:\d{2,4}年)?\d{1,2}月\d{1,2}[日号]|\d{4}-\d{1,2}-\d{1,2}"), lambda match: match[0]),
    ("brand", re.compile("|".join(sorted(map(re.escape, _BRANDS), key=len, reverse=True))), lambda match: match[0]),
)
KINDS = tuple(kind for kind, _, _ in _FINDERS)


def find_facts(text: str) -> Iterator[Finding]:
    """The facts in a normalised ``text``, kind by kind; where two overlap, the earlier kind of ``KINDS`` wins."""
    taken: list[tuple[int, int]] = []
    for kind, pattern, value in _FINDERS:
        for match in pattern.finditer(text):
            start, end = match.span("id") if "id" in pattern.groupindex else match.span()
            if any(start < stop and first < end for first, stop in taken):
                continue
            try:
                normalised = value(match)
            except (ValueError, KeyError):
                continue
            taken.append((start, end))
            yield Finding(kind, start, end, normalised)
