"""The summary page of a run: one file that needs nothing else, masked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from huashu.labels import ACTIONS, SCHEMES, TACTICS, LabelSet
from huashu_api.batch.summary import Summary
from huashu_api.batch.tally import Table

_SHOWN = 40
"""So many values of a table are shown."""
_WORDS = {
    "zh": {
        "title": "话术批量判断汇总", "rows": "读入", "scored": "判断", "rejected": "未判", "files": "文件",
        "model": "模型", "actions": "处置", "schemes": "类型", "tactics": "话术动作", "day": "按日", "agent": "按坐席",
        "source": "按渠道", "sample": "抽样复核", "rejects": "未判原因", "read": "读取方式", "count": "件数",
        "place": "出处", "risk": "风险", "why": "依据", "masked": "号码已打码；抽样按出处的散列选取，每次相同。",
        "more": "另有 {n} 项未列", "all": "合计", "none": "无",
    },
    "en": {
        "title": "Summary of a run", "rows": "rows", "scored": "scored", "rejected": "rejected", "files": "files",
        "model": "model", "actions": "Actions", "schemes": "Schemes", "tactics": "Moves", "day": "By day",
        "agent": "By agent", "source": "By source", "sample": "A sample to look at", "rejects": "Why rejected",
        "read": "How files were read", "count": "count", "place": "place", "risk": "risk", "why": "because",
        "masked": "Numbers are masked; the sample is drawn by a hash of the place, the same every time.",
        "more": "{n} more", "all": "total", "none": "none",
    },
}  # fmt: skip
_STYLE = """
:root{--ink:#1b1f24;--line:#d9dde2;--alert:#b3261e;--review:#b26a00;--pass:#2e7d32}
body{font:15px/1.6 system-ui,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",sans-serif;color:var(--ink);
max-width:1060px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin:0 0 .3rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}
.figures{display:flex;flex-wrap:wrap;gap:1rem;margin:1rem 0}.figures div{border:1px solid var(--line);border-radius:6px;
padding:.5rem 1rem;min-width:6rem}.figures b{display:block;font-size:1.4rem;font-variant-numeric:tabular-nums}
table{border-collapse:collapse;width:100%}th,td{border-bottom:1px solid var(--line);padding:.3rem .6rem;text-align:left;
vertical-align:top;overflow-wrap:anywhere}th{font-weight:600}td.n,th.n{text-align:right;
font-variant-numeric:tabular-nums;white-space:nowrap}.bar{display:flex;height:.7rem;min-width:8rem;background:#f2f4f6}
.bar i{display:block}.alert{color:var(--alert)}.review{color:var(--review)}.pass{color:var(--pass)}
i.alert{background:var(--alert)}i.review{background:var(--review)}i.pass{background:#a5c9a7}
.two{display:grid;grid-template-columns:repeat(auto-fit,minmax(320px,1fr));gap:0 2rem}small{color:#5f6b76}
@media print{body{margin:0}}
"""


def page(summary: Summary, language: str) -> str:
    """The page on a run, in ``zh`` or ``en`` (anything else: ``zh``)."""
    language = language if language in _WORDS else "zh"
    words, counts = _WORDS[language], summary.counts
    figures = [
        ("", words["rows"], summary.rows), ("", words["scored"], counts.scored),
        *((name, _name(ACTIONS, name, language), counts.actions.get(name, 0)) for name in ACTIONS.ids),
        ("", words["rejected"], counts.rejected), ("", words["files"], summary.files),
    ]  # fmt: skip
    boxes = "".join(f'<div class="{kind}">{escape(name)}<b>{number:,}</b></div>' for kind, name, number in figures)
    named = [
        _counted(words["schemes"], _names(SCHEMES, counts.schemes, language), words),
        _counted(words["tactics"], _names(TACTICS, counts.tactics, language), words),
    ]
    tables = [
        _by(words[name], counts.by[name], name == "day", language)
        for name in ("day", "source", "agent")
        if name in counts.by
    ]
    body = [
        f"<h1>{words['title']}</h1><small>{words['model']} {escape(summary.model_version)}. {words['masked']}</small>",
        f'<div class="figures">{boxes}</div>',
        f'<div class="two">{"".join(named)}</div>',
        *tables,
        _sample(counts.sample, words, language),
        _counted(words["rejects"], _sorted(counts.reasons), words) if counts.reasons else "",
        _table(words["read"], [[str(note)] for note in summary.notes[:_SHOWN]], len(summary.notes) - _SHOWN, words),
    ]
    return (
        f'<!doctype html><html lang="{"zh-CN" if language == "zh" else "en"}"><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{words["title"]}</title><style>{_STYLE}</style>'
        f"<body>{''.join(body)}</body></html>\n"
    )


def _name(kind: LabelSet, name: str, language: str) -> str:
    return kind[name].zh if language == "zh" else kind[name].en


def _names(kind: LabelSet, counts: Mapping[str, int], language: str) -> list[tuple[str, int]]:
    return [(_name(kind, name, language), number) for name, number in _sorted(counts)]


def _sorted(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _counted(title: str, counts: Sequence[tuple[str, int]], words: Mapping[str, str]) -> str:
    rows = "".join(f'<tr><td>{escape(name)}<td class="n">{number:,}' for name, number in counts[:_SHOWN])
    more = _more(len(counts) - _SHOWN, words)
    return f"<section><h2>{title}</h2><table>{rows or '<tr><td>' + words['none']}</table>{more}</section>"


def _by(title: str, table: Table, in_order: bool, language: str) -> str:
    """Actions by value: days in their order, others by how many alerts they have."""
    words = _WORDS[language]
    values = sorted(table) if in_order else sorted(table, key=lambda value: (-table[value].get("alert", 0), value))
    most = max(sum(actions.values()) for actions in table.values())
    head = "".join(f'<th class="n">{_name(ACTIONS, name, language)}' for name in ACTIONS.ids)
    rows = []
    for value in values[:_SHOWN]:
        actions = table[value]
        numbers = "".join(f'<td class="n {name}">{actions.get(name, 0):,}' for name in ACTIONS.ids)
        bar = "".join(
            f'<i class="{name}" style="width:{100 * actions.get(name, 0) / most:.1f}%"></i>' for name in ACTIONS.ids
        )
        rows.append(f'<tr><td>{escape(value)}{numbers}<td><div class="bar">{bar}</div>')
    more = _more(len(values) - _SHOWN, words)
    return f"<h2>{title}</h2><table><tr><th>{head}<th>{''.join(rows)}</table>{more}"


def _sample(rows: Iterable[Mapping[str, Any]], words: Mapping[str, str], language: str) -> str:
    lines = []
    for row in rows:
        place = " ".join(str(part) for part in (row["file"], row["sheet"], row["row"], row["id"]) if part)
        moves = "".join(
            f"<div>{_name(TACTICS, span['tactic'], language)}: {escape(span['quote'])}</div>" for span in row["tactics"]
        )
        because = moves or escape("；".join(row["reasons"]))
        lines.append(
            f'<tr><td class="{row["action"]}">{_name(ACTIONS, row["action"], language)}<td class="n">{row["risk"]:.0%}'
            f"<td>{_name(SCHEMES, row['scheme'], language)}<td>{escape(place)}<td>{because}"
        )
    if not lines:
        return ""
    head = f"<tr><th>{words['actions']}<th class='n'>{words['risk']}<th>{words['schemes']}"
    head += f"<th>{words['place']}<th>{words['why']}"
    return f"<h2>{words['sample']}</h2><table>{head}{''.join(lines)}</table>"


def _table(title: str, rows: Sequence[Sequence[str]], more: int, words: Mapping[str, str]) -> str:
    cells = "".join("<tr>" + "".join(f"<td>{escape(cell)}" for cell in row) for row in rows)
    return f"<h2>{title}</h2><table>{cells}</table>{_more(more, words)}" if rows else ""


def _more(number: int, words: Mapping[str, str]) -> str:
    return f"<small>{words['more'].format(n=number)}</small>" if number > 0 else ""
