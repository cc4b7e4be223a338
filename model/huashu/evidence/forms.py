"""The forms of facts: a pattern over normalised text for each kind, and the value of what it matches."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

from huashu.evidence.checkdigits import is_bank_card, is_id_card
from huashu.evidence.numerals import DECIMAL, NUMBER, NUMBER_BEGINS, NUMERALS, chinese_number, plain
from huashu.reading.normalise import HAN
from huashu.reading.tokens import HOST

Value = Callable[[re.Match[str]], str | None]
"""The normalised value of a match; None where it only looks like a fact. May raise ValueError or KeyError for the
same."""


@cache
def _words() -> dict[str, Any]:
    """Word lists of ``data/fact_words.json``."""
    words: dict[str, Any] = json.loads(files("huashu").joinpath("data/fact_words.json").read_text(encoding="utf-8"))
    return words


def _any(words: list[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


def _digits(match: re.Match[str]) -> str:
    return re.sub(r"[\s\-]", "", match[0])


def _rate(match: re.Match[str]) -> str | None:
    if match["per"]:
        return plain(chinese_number(match["share"]) / {"百": 1, "千": 10, "万": 100}[match["per"]])
    if match["short"]:  # 万三八 is 38 in ten thousand
        return plain(chinese_number(match["short"]) / 100)
    if match["permille"]:
        return plain(float(match["permille"]) / 10)
    value = float(match["percent"] or match["bare"])
    return plain(value)


_TERM_UNITS = {
    "小": "h",
    "钟": "h",
    "天": "d",
    "日": "d",
    "工": "d",
    "周": "w",
    "星": "w",
    "礼": "w",
    "月": "m",
    "年": "y",
}


def _term(match: re.Match[str]) -> str:
    count = 0.5 if match["count"] == "半" else chinese_number(match["count"])
    unit = _TERM_UNITS[match["unit"].removeprefix("个").removeprefix("半")[0]]
    return plain(count + (0.5 if match["half1"] or match["half2"] else 0)) + unit


def _volume(match: re.Match[str]) -> str:
    return plain(chinese_number(match["n"]))


def _date(match: re.Match[str]) -> str | None:
    """ISO 8601: YYYY-MM-DD, YYYY-MM, YYYY, and without the year --MM-DD or --MM."""
    year, month, day = (match[f"{name}1"] or match[f"{name}2"] for name in ("year", "month", "day"))
    if year:
        digits = "".join(plain(chinese_number(char)) for char in year)
        year = digits if len(digits) == 4 else f"20{digits}"
        if not 1990 <= int(year) <= 2099:
            return None
    numbers = [int(chinese_number(part)) for part in (month, day) if part]
    if any(not 1 <= number <= limit for number, limit in zip(numbers, (12, 31), strict=False)):
        return None
    return "-".join([year or "-", *(f"{number:02}" for number in numbers)])


_DAY = r"(?:\d{1,2}|[一二]?十[一二三四五六七八九]?|三十一?|[一二三四五六七八九])"
_FORMS: dict[str, tuple[re.Pattern[str], Value]] = {
    "url": (
        re.compile(
            r"(?=[a-z0-9\-])(?:(?:https?://|www\.)[a-z0-9\-._~/?#=&%*]+"
            rf"|(?<![a-z0-9@.]){HOST}(?:/[a-z0-9/\-._?=&*%#]*)?)"
        ),
        lambda match: match[0].rstrip("."),
    ),
    "id_card": (
        re.compile(r"(?=\d)(?<![\dx])\d{6}[ \-]?\d{8}[ \-]?\d{3}[\dx](?![\dx])"),
        lambda match: _digits(match).upper() if is_id_card(_digits(match)) else None,
    ),
    "bank_card": (
        re.compile(r"(?=\d)(?<!\d)\d{4}(?:[ \-]?\d{4}){2,3}(?:[ \-]?\d{1,4})?(?!\d)"),
        lambda match: _digits(match) if is_bank_card(_digits(match)) else None,
    ),
    "serial": (
        re.compile(
            r"(?:序列号|机身号|设备号|(?:终端|机具|机器|商户)(?:编号|号)|商编|sn)码?(?:是|为|写着|写的是|[:： #]){0,3}"
            r"(?P<id>[a-z0-9][a-z0-9\-*]{4,})"
        ),
        lambda match: match["id"],
    ),
    "wechat": (
        re.compile(
            r"(?:微信|薇信|威信|[微薇威]xin|[vw]信|加微|加薇|加v|vx|wx|薇|卫星)(?:号码?|是|为|同号|叫|搜|[:： ]){0,3}"
            r"(?P<id>[a-z][a-z0-9_\-*]{4,19}|\d{5,11}|1[3-9]\d[*x]{4,8}\d{0,4})"
        ),
        lambda match: match["id"],
    ),
    "qq": (
        re.compile(r"(?:qq|扣扣|企鹅)(?:群|号码?|是|为|[:： ]){0,3}(?P<id>[1-9][\d*]{4,11})"),
        lambda match: match["id"],
    ),
    "phone": (
        re.compile(
            r"(?=\d)(?<![\da-z*])(?:1[3-9x][\dx*]{9}|1[3-9]\d[ \-][\dx*]{4}[ \-][\dx*]{4}|1[3-9]\d[*x]{1,8}\d{0,4}"
            r"|[48]00[\- ]?[\dx*]{3,4}[\- ]?[\dx*]{3,4}|0\d{2,3}[\- ]?[\dx*]{7,8}"
            r"|0\d{2,3}-[\dx*]{3}-[\dx*]{3,4}|(?:95|96|12|10)[\dx*]{3,6})(?![\d*.元块万])"
        ),
        _digits,
    ),
    "date": (
        re.compile(
            rf"(?=[\d零〇一二三四五六七八九十])(?<![\d.])(?:(?P<year1>\d{{4}}|\d{{2}}|[零〇一二三四五六七八九]{{4}})年)?(?P<month1>{_DAY})月(?:份|份?(?P<day1>{_DAY})[日号]|(?<=年\d月)|(?<=年\d\d月))"
            r"|(?<![\d.\-/])(?P<year2>(?:19|20)\d\d)(?P<sep>[\-/.])(?P<month2>\d{1,2})(?P=sep)(?P<day2>\d{1,2})(?![\d.\-/])"
        ),
        _date,
    ),
    "rate": (
        re.compile(
            rf"(?=[百千万\d])(?:(?P<per>[百千万])分之(?P<share>{NUMBER})|(?<!\d)(?P<percent>{DECIMAL})\s?%"
            rf"|(?<!\d)(?P<permille>{DECIMAL})\s?‰|(?<![\d.])(?P<bare>0\.[2-7]\d?)(?![\d元块万毛角])|(?<![{NUMERALS}几\d])万(?P<short>[二三四五六七八九]?十?[一二三四五六七八九]|[二三四五六七八九]十|\d\d?(?:\.\d)?)(?=$|[^\d元块十百千万个]))"
        ),
        _rate,
    ),
    "volume": (
        re.compile(
            rf"(?:(?:刷|交易|流水|消费|用)(?:额|量|金额)?(?:达到|达|够|满|到|累计满?)|累计(?:刷|交易)?(?:满|够|到|达)?|刷卡满|满)"
            rf"了?(?P<n>{NUMBER})(?:元|块)?(?![\d{NUMERALS}个笔次台天年月岁单分名人件位周日%.])"
        ),
        _volume,
    ),
    "term": (
        re.compile(
            rf"(?=[半{NUMBER_BEGINS}])(?<![用等过开干办第])(?<![用等过开干办]了)(?P<count>半|{NUMBER})"
            r"(?P<unit>个工作日|工作日|个(?P<half1>半)?月|个小时|小时|个钟头|个星期|个礼拜|天|日(?=[之以]?内)|周|星期|礼拜|年)(?P<half2>半)?"
            r"(?=[之以]?[内后]|时间|左右|之?间|就|到期|期满|一过|过后|到账|会|返|退|还|自动|原路|未|没|才|必|全|无理由|翻|出|回|放款|下款|到手)"
        ),
        _term,
    ),
}


def _fee_pattern(words: dict[str, Any]) -> re.Pattern[str]:
    fees = words["fees"]
    first = "".join(sorted({word[0] for word in fees["modifiers"] + fees["alone"]}))
    return re.compile(  # looking at the first character alone saves most of the search
        rf"(?=[{first}])(?:"
        rf"(?:{_any(fees['modifiers'])}){{1,4}}(?:{_any(fees['heads'])})(?!率|用于)|(?:{_any(fees['alone'])}))"
    )


def _gift_pattern(words: dict[str, Any]) -> re.Pattern[str]:
    nouns = "|".join(f"(?P<{value}>{_any(names)})" for value, names in words["gifts"].items())
    return re.compile(
        rf"(?:免费|赠送|附赠|白送|奉送|送|赠|领取|领|奖励|发|换)(?:给|您|你|我|们|大家|了|一|两|三|[\d元块万十百千gm]|台|部|个|张|份|箱|桶|袋|套|副|[的价值]|全新|新款|最新){{0,8}}"
        rf"(?:[{HAN}]{{0,2}}?)(?:{nouns})(?!率)"
    )


_CLAIM = (
    r"(?:我(?:们)?(?:这边|这里|就)?(?:是|系(?!统))|这(?:里|边)是|自称(?:是|为|系(?!统))?|冒充|假冒|假扮|谎称(?:是|自己是|为)?|"
    r"[说話](?:他们?|她们?|自己|我|我们|对方|佢)?(?:是|係)|称(?:他|自己|其)?(?:是|系(?!统)|为))"
)


def _identity_pattern(words: dict[str, Any]) -> re.Pattern[str]:
    heads = "|".join([*(name for names in words["identities"].values() for name in names), *words["terminal_brands"]])
    word = rf"(?:(?![您你我他她用买办去])[a-z{HAN}*×])"
    return re.compile(
        rf"{_CLAIM}(?:一名|一个|某|本)?(?P<who>(?:[您你我他她]们?的?)?{word}{{0,8}}?(?:{heads})(?:{word}{{0,6}}?(?:{heads}))?)"
    )


def _identity(match: re.Match[str]) -> str | None:
    """The first kind of the word list that the phrase names; a brand of the list counts as ``terminal_service``."""
    return next((kind for kind, names in _claims() if names.search(match["who"])), None)


@cache
def _claims() -> list[tuple[str, re.Pattern[str]]]:
    words = _words()
    kinds = [(kind, re.compile("|".join(names))) for kind, names in words["identities"].items()]
    return [("terminal_service", re.compile(_any(words["terminal_brands"]))), *kinds]


def _gift(match: re.Match[str]) -> str:
    return match.lastgroup or ""


@cache
def _word_forms() -> dict[str, tuple[re.Pattern[str], Value]]:
    words = _words()
    return {
        "fee_name": (_fee_pattern(words), lambda match: match[0]),
        "gift": (_gift_pattern(words), _gift),
        "identity": (_identity_pattern(words), _identity),
        "brand": (re.compile(_any(words["terminal_brands"] + words["other_brands"])), lambda match: match[0]),
    }


def form_of(kind: str) -> tuple[re.Pattern[str], Value]:
    """The pattern of a kind of facts, and how to read a match; KeyError for a kind that has no form."""
    return _FORMS.get(kind) or _word_forms()[kind]
