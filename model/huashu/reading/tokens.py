"""Tokens with offsets: Chinese words by the segmenter, numbers, money, addresses and masks by our own lexer.

Only runs of Chinese characters are segmented.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from huashu.reading.normalise import HAN, HAN_RANGES, has_chinese, shipped_tables
from huashu.reading.segmenter import Cut

END = "\ud800"
"""Closes each text where many are read as one string. No input can hold it: it is a lone surrogate."""


BREAK = "<break>"
"""A sentence's end."""
LETTER = "<letter>"
"""A lone Latin letter beside Chinese characters, which hides one of them."""
TURN = "<turn>"
"""Stands among the words at the beginning of each recognised turn; its span is empty."""

SYMBOLS = {
    "<number>": "N",
    "<money>": "M",
    "<rate>": "R",
    "<phone>": "P",
    "<link>": "L",
    "<id>": "I",
    "<date>": "D",
    "<name>": "A",
    "<masked>": "X",
    LETTER: "Z",
    BREAK: "",
    TURN: "",
}
"""Tokens that are not words -> what stands for them among the folded characters."""

GAP, CLOSE, LATIN = "<gap>", "<end>", "<latin>"
"""Marks that only the reader of many texts uses: other characters between words, a text's end, a Latin word."""

MARKED = (GAP, CLOSE, BREAK, TURN, LATIN, *(name for name in SYMBOLS if name not in (BREAK, TURN)))


class Token(NamedTuple):
    """A token and its place in the normalised text. Classes of numbers and masks are written ``<class>``.

    A word spelled in pinyin beside Chinese characters has as its text one representative character a syllable.
    """

    text: str
    start: int
    end: int


# Masks that call centres and data desks put in place of personal data: the class that they hide.
_BRACKET_MASKS = {
    "number": r"digit|数字|金额|订单号?|单号|编号|时间|日期|num(?:ber)?",
    "phone": r"phone|电话|手机号?|号码|tel",
    "link": r"url|链接|网址|link",
    "name": r"name|place|person|姓名|地址|人名|地名|商户名?|公司|addr(?:ess)?|站点|名称",
}
_BARE_MASKS = {"number": "digit", "phone": "(?:cell)?phone", "link": "url", "name": "name|place|bank"}


def _without(chars: str) -> str:
    """The inside of a character class: Chinese characters except ``chars``."""
    ranges: list[tuple[int, int]] = []
    for first, last in HAN_RANGES:
        codes = sorted(code for code in map(ord, chars) if first <= code <= last)
        ranges += zip([first, *(code + 1 for code in codes)], [*(code - 1 for code in codes), last], strict=True)
    return "".join(f"{chr(start)}-{chr(stop)}" for start, stop in ranges if start <= stop)


_LABEL = r"[a-z0-9\-]{1,63}+"
"""A part of a host's name, of the length that DNS allows it. Each hyphen or letter may begin one: hence the bounds."""
HOST = (
    rf"(?:{_LABEL}\.){{1,8}}"
    r"(?:com|cn|net|org|cc|top|xyz|vip|info|me|io|tv|app|site|club|shop|invalid|example)(?![a-z])"
)
"""Pattern of the name of a host, of up to nine parts: those of real links are met with five at most."""
LONGEST_NUMBER = 32
"""Digits or numerals of a number; what has more of them in a row is none. Where a number may begin at any of them, each
would otherwise look through all that follow it."""

_DIGIT = "一二两三四五六七八九几"
_NUMERAL = "零〇一二两三四五六七八九十百千万亿几"
_HAN_NUMBER = (
    rf"[零一二三四五六七八九十]{{1,{LONGEST_NUMBER}}}+点[零一二三四五六七八九]+"
    rf"|[{_DIGIT}][十百千万亿][{_NUMERAL}]*|十[{_DIGIT}万][{_NUMERAL}]*|[零〇幺一二三四五六七八九]{{3,}}"
)
_ANY_NUMBER = rf"(?:\d+(?:,\d{{3}})*(?:\.\d+)?|{_HAN_NUMBER}|[{_DIGIT}十])"
_MONEY = rf"[¥￥$] ?\d[\d,.]*[万w]?|{_ANY_NUMBER}多?[十百千万亿wk]?多?(?:元钱|块钱|元|块|rmb)(?!儿)"
_RATE = (
    rf"[百千万]分之{_ANY_NUMBER}|\d+(?:\.\d+)? ?[%‰]|(?<![\d.])0\.[2-7]\d?(?![\d元块])"
    rf"|万[二三四五六七八九十]{{1,3}}(?=[费率手续,。\n{END}]|$)"
)
NUMERAL_STARTERS = "零〇幺一二两三四五六七八九十几百千万某"
"""First characters of the numbers, sums and masks inside Chinese runs."""
MARKS = r"。！？!?；;\n"
"""Where a sentence ends: a character class of ``re``, without its brackets."""
LATIN_NUMBERS_MASKS = {
    "link": rf"(?:https?://|www\.)[^\s{HAN}{END}]+|{HOST}(?:/[^\s{HAN}{END}]*)?",
    **{f"{name}_": rf"[\[【{{<](?:{words}) *[x\d*]{{0,3}}[\]】}}>]" for name, words in _BRACKET_MASKS.items()},
    **{f"{name}__": rf"(?<![a-z])(?:{words})(?![a-z])" for name, words in _BARE_MASKS.items()},
    "rate": _RATE,
    "money": _MONEY,
    "phone": r"(?<!\d)(?:1[3-9x*][\dx*]{9}|1[3-9]\d[*x]{1,8}\d{0,4}|400[\- ]?[\dx*]{3,4}[\- ]?[\dx*]{3,4}"
    r"|0\d{2,3}[\- ]?[\dx*]{7,8}|(?:95|96|12|10)\d{3}(?:\d{1,3})?)(?![\d.])",
    "id": r"(?<!\d)\d{7,}[x\d]*",
    "date": r"(?:\d{2,4}年)?\d{1,2}月\d{1,2}[日号]|\d{4}年|\d{4}[\-/.]\d{1,2}[\-/.]\d{1,2}|\d{1,2}:\d{2}",
    "number": rf"\d+(?:,\d{{3}})*(?:\.\d+)?[万wk]?|{_HAN_NUMBER}",
    "masked": r"[*x×]{2,}|某{1,2}|x(?=先生|女士|小区|市|县|公司|银行|月|日)",
    "latin": r"[a-z][a-z\d]*",
}
"""Name of a class, with underscores where it has several forms -> pattern; earlier ones win."""
_PLAIN = _without(NUMERAL_STARTERS)
_CHINESE = rf"(?:[{_PLAIN}]+|(?!{_MONEY}|{_RATE}|{_HAN_NUMBER}|某)[{NUMERAL_STARTERS}])"
_PATTERNS = {"han": rf"[{_PLAIN}]{_CHINESE}*"} | LATIN_NUMBERS_MASKS | {"han_": rf"{_CHINESE}+", "mark": rf"[{MARKS}]"}
"""Most runs begin with a character that begins nothing else, which is why it is tried first."""
_LEXER = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _PATTERNS.items()))
_IN_PINYIN = {"wechat": "weixin", "alipay": "zhifubao"}
"""English names that senders and data desks write for Chinese ones."""
MESSENGER = "v"
"""A lone letter that names a messenger wherever it stands: no Chinese word begins with its sound."""
OTHER_MESSENGER = "q"
"""A lone letter that names a messenger after one of ``BEFORE_IT`` or before one of ``AFTER_IT``; elsewhere it may as
well hide a character that begins with its sound."""
BEFORE_IT, AFTER_IT = frozenset("加扣"), frozenset("群号我聊")


@cache
def _by_sound() -> dict[str, str]:
    return {sound: char for char, sound in shipped_tables()["pinyin"].items() if len(sound) > 1}


@cache
def _longest_sound() -> int:
    return max(map(len, _by_sound()))


@lru_cache(maxsize=4096)
def read_pinyin(word: str) -> str:
    """``weixin`` -> one character a syllable, as the homophone table folds it; other words, and single letters, stay.

    Senders spell words out to dodge filters; read back, they meet the characters that they stand for. Of several ways
    to part a word the one with the longest first syllable is taken, and so on.
    """
    word = _IN_PINYIN.get(word, word)
    sounds, length = _by_sound(), len(word)
    stops = [0] * length + [length]
    """Where the syllable that begins at each place ends; 0 where what follows is not all syllables."""
    for start in reversed(range(length)):
        ends = range(min(length, start + _longest_sound()), start, -1)
        stops[start] = next((end for end in ends if stops[end] and word[start:end] in sounds), 0)
    if not stops[0]:
        return word
    read, start = [], 0
    while start < length:
        read.append(sounds[word[start : stops[start]]])
        start = stops[start]
    return "".join(read)


def read_letters(word: str, before: str, after: str) -> str:
    """A Latin word between the characters ``before`` and ``after`` (empty at an end of the text), one of which at least
    is Chinese: a lone letter, which hides a character, is a class of its own; names of messengers stay."""
    if len(word) > 1:
        return read_pinyin(word)
    named = word == MESSENGER or (word == OTHER_MESSENGER and (before in BEFORE_IT or after in AFTER_IT))
    return word if named else LETTER


def tokenise(text: str, cut: Cut) -> list[Token]:
    """The tokens of a normalised text, in order; of punctuation only sentence ends, as ``BREAK``."""
    tokens: list[Token] = []
    for match in _LEXER.finditer(text):
        kind = (match.lastgroup or "").rstrip("_")
        start, end = match.span()
        if kind == "han":
            for word in cut(match[0]):
                tokens.append(Token(word, start, start + len(word)))
                start += len(word)
        elif kind == "latin":
            before, after = text[max(0, start - 1) : start], text[end : end + 1]
            beside_han = has_chinese(before + after)
            tokens.append(Token(read_letters(match[0], before, after) if beside_han else match[0], start, end))
        elif kind == "mark":
            tokens.append(Token(BREAK, start, end))
        else:
            tokens.append(Token(f"<{kind}>", start, end))
    return tokens


def with_turn_marks(tokens: Sequence[Token], begins: Sequence[int]) -> tuple[list[Token], int]:
    """``tokens`` with an empty ``TURN`` before the first token of each turn, and how many turns have no token: those
    at the end. ``begins`` are the places in the normalised text where turns begin, in order."""
    marked: list[Token] = []
    pending = list(reversed(begins))
    for token in tokens:
        while pending and token.start >= pending[-1]:
            pending.pop()
            marked.append(Token(TURN, token.start, token.start))
        marked.append(token)
    return marked, len(pending)
