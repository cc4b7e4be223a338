"""How ``huashu check`` shows an assessment to a person, in Chinese or English."""

from __future__ import annotations

import locale
import os
import re
from collections.abc import Mapping
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from huashu import Assessment, Fact, Source
from huashu.labels import ACTIONS, REGISTERS, SCHEMES, STAGES, TACTICS, Label
from huashu.reading.dialogue import pieces_of
from huashu.result import Part, WhyNot

COLOURS = {"alert": "bold white on red", "review": "bold black on yellow", "pass": "bold white on green"}
SHOWN_REASONS = 8

_WORDS = {
    "zh": {
        "risk": "风险",
        "scheme": "类型",
        "register": "文体",
        "text": "原文（红：推高风险的短语；绿：拉低的；下划线：话术动作）",
        "moves": "话术动作",
        "facts": "案情要素",
        "missing": "未见的脚本动作",
        "stages": "脚本进程",
        "why_not": "距离{action}还差得分 {distance:.2f}（最接近：{scheme}）",
        "reasons": "主要依据（加总即得分）",
        "advice": "处置建议",
        "no_chinese": "文中没有中文，未作判断。",
        "short": "文字很短，判断依据有限。",
        "cut": "话术动作或要素过多，只列出前 5000 处。",
        "intercept": "（基准）",
        "structure": "（对话形式）",
        "length": "（长文多段取最高）",
        "part": "长文分 {of} 段阅读，判断依据为其中一段：{place}",
        "characters": "第 {start}–{end} 字",
        "turns": "第 {turn} 句至第 {last} 句",
        "score": "得分",
        "rest": "（其余 {count} 项）",
    },
    "en": {
        "risk": "risk",
        "scheme": "scheme",
        "register": "register",
        "text": "Text (red: raised the risk; green: lowered it; underlined: a move)",
        "moves": "Moves of the script",
        "facts": "Facts of the case",
        "missing": "Moves of the script not seen",
        "stages": "Stages of the script",
        "why_not": "{distance:.2f} of score short of {action} (nearest: {scheme})",
        "reasons": "Main reasons (all of them sum to the score)",
        "advice": "What to do",
        "no_chinese": "There is no Chinese in the text: it was not judged.",
        "cut": "There are more than 5,000 moves or facts: the first are told.",
        "short": "The text is very short: there is little to go by.",
        "intercept": "(base)",
        "structure": "(form of a dialogue)",
        "length": "(highest of many parts)",
        "part": "Read in {of} parts; one of them decided: {place}",
        "characters": "characters {start} to {end}",
        "turns": "turns {turn} to {last}",
        "score": "score",
        "rest": "({count} more)",
    },
}
_FACTS_ZH = {
    "url": "网址",
    "wechat": "微信",
    "qq": "QQ",
    "phone": "电话",
    "rate": "费率%",
    "amount": "金额（元）",
    "fee_name": "费用名目",
    "term": "期限",
    "volume": "刷卡量（元）",
    "date": "日期",
    "brand": "品牌",
    "identity": "自称身份",
    "serial": "机具/商户号",
    "id_card": "身份证号",
    "bank_card": "银行卡号",
    "gift": "赠品",
}
_ROLES_ZH = {
    "fee": "扣费",
    "swipe": "刷卡",
    "arrived": "实到",
    "delivery": "运费",
    "loss": "损失",
    "promise": "许诺返还",
}
_VALUES_ZH = {
    "police": "公检法", "terminal_service": "刷卡机服务方", "unionpay": "银联", "regulator": "监管部门",
    "bank": "银行", "courier": "快递物流", "telecom": "通信运营商", "loan": "贷款机构", "investment": "投资机构",
    "platform": "平台客服", "government": "政府部门", "military": "军队", "school": "学校", "recruiter": "招聘方",
    "relative": "亲属", "leader": "领导", "service": "客服", "terminal": "刷卡机", "phone_credit": "话费",
    "data_card": "流量卡", "voucher": "券", "speaker": "音箱", "device": "设备", "food": "食品",
    "game_item": "游戏道具", "cash": "现金", "gift": "礼品",
}  # fmt: skip
"""Of identities and gifts."""
_UNITS_ZH = {"h": "小时", "d": "天", "w": "周", "m": "个月", "y": "年"}
_DATE = re.compile(r"(\d{4}|-)(?:-(\d{2}))?(?:-(\d{2}))?")
_BECAUSE = {
    "zh": {
        "report": "像是第三方的报道或提示；当事人本人讲述才会到达",
        "tactics": "这类话术常见而文中没有的动作",
    },
    "en": {
        "report": "it reads as a third person's report; somebody concerned would have to tell it",
        "tactics": "moves usual for this scheme that are not in the text",
    },
}


def value_zh(fact: Fact) -> str:
    """The value of a fact as it is said in Chinese: 一个月 as 1个月, ``--03-07`` as 3月7日."""
    value = fact.value
    if fact.kind in ("identity", "gift"):
        return _VALUES_ZH.get(value, value)
    if fact.kind == "term" and value[-1:] in _UNITS_ZH:
        return value[:-1] + _UNITS_ZH[value[-1]]
    if fact.kind == "date" and (found := _DATE.fullmatch(value)):
        year, month, day = found.groups()
        parts = (f"{year}年" * (year != "-"), month and f"{int(month)}月", day and f"{int(day)}日")
        return "".join(part for part in parts if part)
    return value


def default_language() -> str:
    """``zh`` when the locale's language is Chinese, else ``en``."""
    name = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    name = name or (locale.getlocale()[0] or "")
    return "zh" if name.lower().startswith(("zh", "chinese")) else "en"


def _name(label: Label, language: str) -> str:
    return label.zh if language == "zh" else label.en


def visible(text: str) -> str:
    """``text`` with control characters shown as pictures, so that no escape sequence reaches the terminal."""
    return "".join(
        chr(0x2400 + ord(char)) if char < " " and char not in "\n\t" else "\u2421" if char == "\x7f" else char
        for char in text
    )


def marked_text(assessment: Assessment, source: Source) -> RenderableType:
    """The text with what mattered marked; a list of turns has a line for each, with who says it when."""
    pieces = pieces_of(source)
    if isinstance(source, str):
        return _marked(assessment, pieces[0], None)
    lines = Table.grid(padding=(0, 1, 0, 0))
    lines.add_column(style="dim", no_wrap=True)
    lines.add_column(overflow="fold")
    for number, (turn, piece) in enumerate(zip(source, pieces, strict=True)):
        lines.add_row(visible(_speaker(turn)), _marked(assessment, piece, number if len(pieces) > 1 else None))
    return lines


def _marked(assessment: Assessment, piece: str, turn: int | None) -> Text:
    """``piece``, which is this ``turn`` (None: all there is), marked."""
    shown = Text(visible(piece))
    for reason in assessment.reasons:
        if reason.start is not None and reason.end is not None and turn in (None, reason.turn):
            strength = abs(reason.weight)
            if strength >= 0.03:
                shown.stylize("red" if reason.weight > 0 else "green", reason.start, reason.end)
    for span in assessment.tactics:
        if turn in (None, span.turn):
            shown.stylize("underline", span.start, span.end)
    return shown


def _speaker(turn: Mapping[str, Any]) -> str:
    """Who speaks and since when, as far as that is told."""
    role, begin = str(turn.get("role") or ""), turn.get("begin")
    role = "" if role == "unknown" else role
    time = "" if begin is None else f"{begin // 60_000:02}:{begin // 1000 % 60:02}"
    return " ".join(part for part in (time, role) if part)


def render(assessment: Assessment, source: Source, language: str) -> RenderableType:
    """The whole page in ``language`` (``zh`` or ``en``): verdict, marked text, moves, facts, what is missing, reasons,
    advice. ``source`` is what was judged."""
    words = _WORDS[language]
    scheme = SCHEMES[assessment.scheme]
    verdict = Text.assemble(
        (f" {_name(ACTIONS[assessment.action], language)} ", COLOURS[assessment.action]),
        f"  {words['risk']} {assessment.risk:.1%}",
        f"  {words['scheme']}: {_name(scheme, language)}",
        f"  {words['register']}: {_name(REGISTERS[assessment.register], language)}",
    )
    parts: list[RenderableType] = [verdict]
    parts += [Text(words[note], style="yellow") for note in assessment.notes]
    if assessment.part:
        parts.append(Text(_part(assessment.part, words), style="yellow"))
    parts.append(Panel(marked_text(assessment, source), title=words["text"], title_align="left"))
    if assessment.tactics:
        parts += [Text.assemble((words["stages"] + "  ", "bold"), stage_bar(assessment, language))]
        table = _table()
        for span in assessment.tactics:
            table.add_row(_name(TACTICS[span.tactic], language), Text(visible(span.quote)), f"{span.probability:.0%}")
        parts += [Text(words["moves"], style="bold"), table]
    if assessment.missing and assessment.action != "pass":
        names = "、".join if language == "zh" else ", ".join
        missing = names([_name(TACTICS[tactic], language) for tactic in assessment.missing])
        parts.append(Text.assemble((words["missing"] + ": ", "bold"), missing))
    if assessment.why_not:
        parts.append(_why_not(assessment.why_not, language))
    if assessment.facts:
        table = _table()
        for fact in assessment.facts:
            kind = _FACTS_ZH.get(fact.kind, fact.kind) if language == "zh" else fact.kind
            role = _ROLES_ZH.get(fact.role, "") if language == "zh" else fact.role
            value = value_zh(fact) if language == "zh" else fact.value
            table.add_row(f"{kind} {role}".strip(), Text(visible(fact.quote)), Text(visible(value)))
        parts += [Text(words["facts"], style="bold"), table]
    if assessment.reasons:
        table = _table()
        shown, others = assessment.reasons[:SHOWN_REASONS], assessment.reasons[SHOWN_REASONS:]
        for reason in shown:
            quote = visible(reason.quote).strip() or words.get(reason.kind, "")
            table.add_row(f"{reason.weight:+.3f}", Text(quote), "")
        if others:
            rest = assessment.score - sum(round(reason.weight, 3) for reason in shown)
            table.add_row(f"{rest:+.3f}", words["rest"].format(count=len(others)), "")
        title = f"{words['reasons']}: {words['score']} {assessment.score:+.3f}"
        parts += [Text(title, style="bold"), table]
    advice = scheme.advice_zh if language == "zh" else scheme.advice_en
    parts.append(Panel(Text(advice), title=words["advice"], title_align="left"))
    return Group(*parts)


def _part(part: Part, words: Mapping[str, str]) -> str:
    """Which part of a long text decided, people's way of counting."""
    if part.turn is None or part.last_turn is None:
        place = words["characters"].format(start=part.start + 1, end=part.end)
    else:
        place = words["turns"].format(turn=part.turn + 1, last=part.last_turn + 1)
    return words["part"].format(of=part.of, place=place)


def stage_bar(assessment: Assessment, language: str) -> Text:
    """The stages of the script in order, with a dot for each of their moves that was seen."""
    bar = Text()
    for stage in assessment.timeline:
        name = _name(STAGES[stage.stage], language)
        dots = "●" * len(stage.spans) or "○"
        bar.append(f"{name} {dots}  ", style="bold red" if stage.spans else "dim")
    return bar


def _why_not(why_not: WhyNot, language: str) -> Text:
    """One or two lines: how far from the next action, and what would have had to be there."""
    names = "、".join if language == "zh" else ", ".join
    text = _WORDS[language]["why_not"].format(
        action=_name(ACTIONS[why_not.next_action], language),
        distance=why_not.distance,
        scheme=_name(SCHEMES[why_not.scheme], language),
    )
    because = _BECAUSE[language][why_not.because]
    if why_not.tactics:
        because += ": " + names([_name(TACTICS[tactic], language) for tactic in why_not.tactics])
    return Text(f"{text}\n{because}" if why_not.tactics or why_not.because == "report" else text)


def _table() -> Table:
    table = Table(show_header=False, box=None, padding=(0, 2, 0, 0))
    table.add_column(style="cyan")
    table.add_column(overflow="fold")
    table.add_column(justify="right")
    return table


def show(assessment: Assessment, source: Source, language: str | None = None) -> None:
    """Print the page on standard output, in ``language`` or, for None, that of the locale."""
    Console().print(render(assessment, source, language or default_language()))
