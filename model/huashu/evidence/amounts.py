"""Sums of money in a normalised text, and the part that each plays in the story."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from huashu.evidence.numerals import GROUPED, NUMBER, NUMBER_BEGINS, NUMERALS, chinese_number, plain
from huashu.reading.normalise import HAN

ROLES = ("fee", "swipe", "arrived", "delivery", "loss", "promise")
"""Taken as a fee or deposit; swiped or spent on the terminal; arrived of that; paid for delivery; lost in all; promised
back."""

_YUAN = r"(?:元钱|块钱|元整|元|块|圆|rmb|人民币|蚊(?![子虫香帐账]))(?!儿)"
_SOME = "[来多余几]?"
_BEGIN = rf"(?=[{NUMBER_BEGINS}])(?<![\d.])"
"""Where a number can begin."""
_SYMBOL = re.compile(rf"[¥￥]\s?(?P<n>{GROUPED}[万w千k]?)")
_WITH_UNIT = re.compile(
    rf"{_BEGIN}(?P<n>{NUMBER}){_SOME}(?P<more>[百千万佰仟])?{_SOME} ?{_YUAN}"
    rf"(?P<small>[\d一二三四五六七八九](?=$|[^\d{HAN}]))?"
)
_TENTHS = re.compile(rf"{_BEGIN}(?P<n>{NUMBER})[毛角](?![衣巾病孩利色绒线皮发坯豆片刺度落])钱?")
_COUNTED = (
    "个次台张天年月日岁点号单笔分人条倍户家位遍期周星小秒度公里斤级毛角成折件份本节堂页层楼排把辆趟刻钟种项栋路几多来余"
)
_BARE = re.compile(rf"{_BEGIN}(?P<n>{NUMBER}){_SOME}(?P<more>[百千万])?(?![\d.%‰*x\-:/a-z{_COUNTED}{NUMERALS}])")
_PAID = re.compile(
    r"(?:扣|刷|交|缴|付|转|收|退|返|花|给|打|充值?|垫|骗|汇|存|贷|借|欠|赔付?|赔偿|赚|亏|投资?|损失|补贴?|补偿|返现|把|租|还|少|要|拿|划|到账|押|一笔|碌|补单|做单|下单|"
    r"[押金]金|(?:保证|定|订|诚意|认证|解冻|验证|佣|本|违约|滞纳|奖)金|[^免]费|额度|共|共计|合计|总共|奖励|价格?|金额|只要|"
    r"只收|每年|一年|每月|一个月)"
    r"(?:了|咗|左|哒|嘞|过|掉|走|去|取|货款|本金|尾款|现金|垫资|余额|里面?|里头|就|才|只|到了?|我|他|她|你|您|过去|是|为|的是|款|钱|上|出|回|进|完|第?一笔|大概|大约|"
    r"差不多|将近|近|约|各)*[:：]? ?$"
)

_NAMED = re.compile(
    rf"[\]】）)]?(?:块|元)?(?:的|嘅)[{HAN}]{{0,4}}?(?:费|[押定订]金|保证金|会员)"
    r"|(?:都|就|全)?(?:没了|冇咗|不见了|不翼而飞|被(?:扣|刷|划|转)走?)|[她他佢]?(?:又)?(?:说|讲|話)(?:是|系|係)"
)
"""What makes a sum of a number before it."""

_FEE = r"(?<![学话消电水免欠])费用?(?!率)"
_BEFORE: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("loss", re.compile(r"损失|被骗|骗走|骗了|骗去|骗取|骗我|一共|总共|共计|合计|总计|亏了?|前后")),
    ("delivery", re.compile(r"运费|邮费|快递费|物流费|配送费|到付|寄付|货到付款|邮资|送货费")),
    ("promise", re.compile(r"返还?|退还?|退回|补贴|补给|还给|返现|到时还|奖励|赔付?|赔偿|补偿|送(?!货)|退税|领取")),
    (
        "fee",
        re.compile(
            rf"扣|收取?|交(?!易)|缴|押金?|(?:保证|定|订|诚意|验证|认证|解冻|滞纳|违约)金|{_FEE}|到账.{{0,4}}少|少到|少了|会员|工本|个税"
        ),
    ),
    ("arrived", re.compile(r"(?:只|就|才|实际?|仅)到(?:账|手|了|咗)*|到(?:账|手)(?!.{0,4}少)(?:了|咗|只有|才有|就)*$")),
    ("swipe", re.compile(r"刷(?!单)|碌|消费|过一?笔|首笔|激活交易")),
    ("", re.compile(r"转|汇|充|借|贷|垫|存|投|赚|欠|到账|佣金|工资|价")),
)
"""Words before a sum and the role that they give it; what ends nearest wins, of two that end together the earlier."""
_AFTER: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "delivery",
        re.compile(r" ?(?:的)?(?:运费|邮费|快递费|物流费|配送费|到付|邮资|送货费)(?![\d一二两三四五六七八九十])"),
    ),
    (
        "fee",
        re.compile(
            rf" ?(?:的|嘅|作为|做|当|是|[她他佢]?(?:说|讲|話)(?:是|系|係))?[{HAN}]{{0,4}}?"
            rf"(?:押金|保证金|定金|订金|诚意金|验证金|认证金|解冻金|{_FEE})(?![\d一二两三四五六七八九十])"
        ),
    ),
    (
        "promise",
        re.compile(
            r"(?:会|就|将|也|都|可以|能|全部|全额|原路|一分不少|之后|后)?(?:全部|全额|原路)?"
            r"(?:返还|退还|退回|返给|返现|退给|返到|退到|还给|补贴)"
        ),
    ),
    ("loss", re.compile(r"(?:都|就|全)?(?:没了|打水漂|被骗|拿不回)")),
)


@dataclass(frozen=True, slots=True)
class Sum:
    """``[start, end)`` in the normalised text, ``value`` in yuan, ``role`` one of ``ROLES`` or empty."""

    start: int
    end: int
    value: str
    role: str


def find_sums(text: str) -> Iterator[Sum]:
    """The sums in a normalised ``text``: with a unit, or bare after a word of paying (刷了一千, 扣299)."""
    taken = 0
    for start, end, value in sorted(_candidates(text), key=lambda found: (found[0], -found[1])):
        if start >= taken:
            taken = end
            yield Sum(start, end, plain(value), _role(text, start, end))


def _candidates(text: str) -> Iterator[tuple[int, int, float]]:
    """``(start, end, value)`` of everything that has the form of a sum; numerals that make no number are left out."""
    for pattern in (_SYMBOL, _WITH_UNIT, _TENTHS, _BARE):
        for match in pattern.finditer(text):
            start, end = match.span()
            if pattern is _BARE and (end - start == 1 or not _is_money(text, start, end)):
                continue  # a lone numeral is below ten, but for 十, which is said of many things
            try:
                value = _value(match)
            except ValueError:
                continue
            if pattern is _BARE and value < 10:
                continue
            yield start, end, value


def _is_money(text: str, start: int, end: int) -> bool:
    """Whether a bare number is a sum by the words beside it."""
    return bool(_PAID.search(text[max(0, start - 12) : start]) or _NAMED.match(text, end, end + 16))


def _value(match: re.Match[str]) -> float:
    parts = match.groupdict("")
    value = chinese_number(parts["n"] + parts.get("more", ""))
    if match.re is _TENTHS:
        return value / 10
    return value + (chinese_number(parts["small"]) / 10 if parts.get("small") else 0)


def _role(text: str, start: int, end: int) -> str:
    """The role by the words right after the sum, else by the nearest word before it in its sentence."""
    following = text[end : end + 10]
    for role, pattern in _AFTER:
        if pattern.match(following):
            return role
    before = re.split(r"[。！!？?；;\n]", text[max(0, start - 24) : start])[-1]
    for clause in reversed(re.split(r"[，,]", before)[-3:]):
        nearest = max(
            (
                (found.end(), -rank, role)
                for rank, (role, pattern) in enumerate(_BEFORE)
                for found in pattern.finditer(clause)
            ),
            default=None,
        )
        if nearest:
            return nearest[2]
    return ""
