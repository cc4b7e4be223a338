"""Numbers of people: which runs of digits are a mobile, a landline, an ID or bank card, or a serial number, and which
digits of them are hidden."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence

from huashu.masking.digits import GROUPED_SUM, Group, Run, is_quantity, runs

KEPT, KEPT_SHORT, SHORT = (3, 2), (2, 1), 10
"""Digits that stay readable at the ends of a number, so that its owner knows it again; and of one with fewer than so
many."""
LONG = 11
"""A group of so many digits is somebody's number, unless its words say otherwise."""
_LONGEST = 19
_HALF_HIDDEN = 7
"""More digits than this in a number that somebody hid a part of, and it is hidden further."""

_ORDER = re.compile(
    r"(?:订单|运单|快递单?|物流单?|流水|票|发票|凭证|工单|受理|批次|案|货|交易|业务|参考|取件|投诉|回执|合同|保单|批准文|文|单|条)"
    r"(?:编|代)?[号码]{0,2}(?:是|为)?[ :：#]{0,3}(?:[a-z]{1,6}-?)?$"
)
_PERSONAL = re.compile(
    r"(?:卡|账|帐|帐户|账户|电话|手机|座机|固话|联系方式|身份证|证件|热线|微信|转账到|打到|call)号?码?"
    r"(?:是|为|写着|写的|报的|尾号|叫|填)?[ :：]{0,3}$"
)
_PHONE = re.compile(r"(?:电话|座机|固话|手机|号码|联系方式|致电|拨打|回电|打)号?码?(?:是|为|到|给)?[ :：]{0,3}$")
_BEFORE = 16
"""Characters before a number that tell what it is."""

_MOBILE = re.compile(r"1[3-9]\d{9}")
_ID_CARD = re.compile(r"\d{6}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dx]?")
_BANK_CARD = re.compile(r"[3-69]\d{15,18}")
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d\d)[2-9]\d{6,7}")
_LOCAL = re.compile(r"[2-9]\d{6,7}")
_MOMENT = re.compile(r"20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])?(?:[0-5]\d){0,2}")
_YEAR = re.compile(r"(?:19|20)\d\d")

_USUAL: dict[re.Pattern[str], frozenset[tuple[int, ...]]] = {
    _ID_CARD: frozenset({(6, 8, 4), (6, 4, 4, 4), (3, 3, 4, 4, 4), (6, 4, 2, 2, 4), (6, 8, 3, 1), (4, 4, 4, 4, 2)}),
    _BANK_CARD: frozenset({(4, 4, 4, 4), (4, 4, 4, 4, 3), (4, 4, 4, 4, 1), (4, 4, 4, 4, 2), (6, 13), (6, 10)}),
    _MOBILE: frozenset({(3, 4, 4), (3, 8), (7, 4), (4, 4, 3)}),
}
"""How the digits are grouped where commas or line breaks part them, which part different numbers as well."""


def numbers(text: str) -> Iterator[int]:
    """Places in a normalised ``text`` whose digit or letter is to be hidden; some come twice."""
    sums = [match.span() for match in re.finditer(GROUPED_SUM, text)]
    for run in runs(text):
        if not _is_sum(run, sums):
            yield from _in_run(run, text)
    for pattern in (_SERIAL, _MIXED):
        for match in pattern.finditer(text):
            start, end = match.span("id" if "id" in pattern.groupindex else 0)
            if not _says(_ORDER, text, start) and not _SIZES.fullmatch(text, start, end):
                yield from _inner(text, start, end)


def _is_sum(run: Run, sums: list[tuple[int, int]]) -> bool:
    """Whether the run is one amount with commas; ``sums`` are those from its place on, and lose the ones before it."""
    while sums and sums[0][1] <= run.groups[0].start:
        del sums[0]
    return bool(sums) and (run.groups[0].start, run.groups[-1].end) == sums[0]


def _in_run(run: Run, text: str) -> Iterator[int]:
    first = 0
    while first < len(run.groups):
        group = run.groups[first]
        count = 1
        if "*" in group.value:
            if sum(map(str.isdecimal, group.value)) > _HALF_HIDDEN:
                yield from _inner(text, group.start, group.end)
        else:
            count = _groups_of_one(run, first, text)
            if count:
                yield from _hidden(run.groups[first : first + count])
        first += max(1, count)


def _groups_of_one(run: Run, first: int, text: str) -> int:
    """How many groups from number ``first`` on are one personal number; 0 where none begins there."""
    values: list[str] = []
    length, best = 0, 0
    for group in run.groups[first : first + _LONGEST]:
        if "*" in group.value or (length + len(group.value) > _LONGEST and values):
            break
        values.append(group.value)
        length += len(group.value)
        count = len(values)
        if any(form(run, first, count, "".join(values), text) for form in _FORMS):
            best = count
    return best


Form = Callable[[Run, int, int, str, str], bool]
"""Whether ``count`` groups of a run from number ``first`` on, with the digits ``value``, are a number of a kind."""


def _whole(run: Run, first: int, count: int, value: str, text: str) -> bool:
    """Digits that nothing parts."""
    start, end = run.groups[first].start, run.groups[first].end
    if count > 1 or len(value) < LONG:
        return False
    if _MOBILE.fullmatch(value) or _ID_CARD.fullmatch(value):
        return True
    return not (is_quantity(text, end) or _MOMENT.fullmatch(value) or _says(_ORDER, text, start))


def _parted(pattern: re.Pattern[str]) -> Form:
    """A number of a form, in groups."""

    def form(run: Run, first: int, count: int, value: str, text: str) -> bool:
        if count == 1 or not pattern.fullmatch(value):
            return False
        groups, heavy = run.groups[first : first + count], run.heavy[first + 1 : first + count]
        sizes = tuple(len(group.value) for group in groups)
        if any(group.spoken for group in groups) or set(sizes) == {1}:
            return True
        if is_quantity(text, groups[-1].end) or _is_date(groups) or _are_round(groups, text):
            return False
        if any(heavy):
            return sizes in _USUAL[pattern]
        return min(sizes[:-1]) > 2 or min(sizes[1:]) > 2 or (sizes[0] > 2 and set(sizes[1:]) == {2})

    return form


def _landline(run: Run, first: int, count: int, value: str, text: str) -> bool:
    groups = run.groups[first : first + count]
    if not _LANDLINE.fullmatch(value) or _says(_ORDER, text, groups[0].start):
        return False
    spoken = all(group.spoken for group in groups)
    return spoken or (count <= 3 and not any(run.heavy[first + 1 : first + count]))


def _said_to_be_one(run: Run, first: int, count: int, value: str, text: str) -> bool:
    """Digits that are called a number: any of ten or more, and a phone's seven or eight without its area."""
    groups = run.groups[first : first + count]
    if any(run.heavy[first + 1 : first + count]) and not all(group.spoken for group in groups):
        return False
    local = _LOCAL.fullmatch(value) and _says(_PHONE, text, groups[0].start)
    return bool(local) or (
        len(value) >= 10 and value[:3] not in ("400", "800") and _says(_PERSONAL, text, groups[0].start)
    )


def _spelled(run: Run, first: int, count: int, value: str, text: str) -> bool:
    """Eleven digits or more one by one."""
    return count >= LONG and len(value) == count and not any(run.heavy[first + 1 : first + count])


_FORMS: tuple[Form, ...] = (
    _whole,
    *map(_parted, _USUAL),
    _landline,
    _said_to_be_one,
    _spelled,
)


def _is_date(groups: Sequence[Group]) -> bool:
    """Whether a year stands beside months and days in figures."""
    return any(
        (_YEAR.fullmatch(left.value) and len(right.value) <= 2)
        or (_YEAR.fullmatch(right.value) and len(left.value) <= 2)
        for left, right in itertools.pairwise(groups)
    )


def _are_round(groups: Sequence[Group], text: str) -> bool:
    """Whether these look like several amounts."""
    even = sum(len(group.value) >= 3 and group.value[0] != "0" and group.value.endswith("00") for group in groups)
    return even >= 2 and not _says(_PERSONAL, text, groups[0].start)


def _says(pattern: re.Pattern[str], text: str, start: int) -> bool:
    """Whether the words before ``start`` end as ``pattern`` has it."""
    return pattern.search(text[max(0, start - _BEFORE) : start]) is not None


def _hidden(groups: Sequence[Group]) -> list[int]:
    """Of one number, all but the first three digits and those of the last two that stand behind a hidden one: what
    stays must not begin another number."""
    places = [place for group in groups for place in range(group.start, group.start + len(group.value))]
    first, last = KEPT if len(places) >= SHORT else KEPT_SHORT
    hidden = places[first:-last]
    return [*hidden, *(place for place in places[-last:] if not hidden or hidden[-1] < groups[-1].start)]


def _inner(text: str, start: int, end: int) -> list[int]:
    """What is hidden of a number that is hidden in part, or has letters in it."""
    places = [place for place in range(start, end) if text[place].isalnum() or text[place] == "*"]
    first, last = KEPT if len(places) >= SHORT else KEPT_SHORT
    return [place for place in places[first:-last] if text[place] != "*"]


_SERIAL = re.compile(
    r"(?:序列号|机身号|设备号|终端号|机具号|商户号|商编|(?:终端|机具|机器|商户|设备)编号|sn码?|身份证号?码?|卡号)"
    r"(?:是|为|尾号)?[:： #]{0,2}"
    r"(?P<id>[a-z0-9][a-z0-9\-*]{5,})"
)
_SIZES = re.compile(r"\d+(?:x\d+)+[a-z]{0,2}")
"""150x200x30."""
_LETTERS = r"[a-z\-]{0,64}+"
"""Letters between two digits of a mixed run. They may reach over hyphens into the next run, which looks in its turn:
hence the bound."""
_MIXED = re.compile(rf"(?<![a-z0-9])(?=[a-z0-9]{{8}})(?=(?:{_LETTERS}\d){{6}})(?=\d*[a-z])[a-z0-9]{{8,}}")
