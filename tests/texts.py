"""Texts that several tests share, and the cases that are kept as data in ``tests/cases``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

ROOT = Path(__file__).parents[1]
"""The folder that everything is in."""
CASES = ROOT / "tests" / "cases"

COMPLAINT = (
    "上个月有个自称收款机售后的打电话，报得出我名字，说我这台机器用满半年就到期，不换的话费率要涨、刷卡也不到账。"
    "我加了他微信，机器寄来后他让我先刷一千激活，结果少了299，说是升级服务费，一个月后返还。"
    "现在问他就推脱，后来把我拉黑了，还有陌生电话一直响。"
)
"""The headline scheme from its first call to the harassment, told by the victim."""

LURE = "【某联支付】您的P0S终端备案到期，影响资金到账，回复1免费更换0.38%永不涨价新款，加微信kf_3344或拨13912345678"
"""The headline scheme as a short message: an alert, with a mobile in it."""

PLAIN = "晚上回家吃饭吗，我买了条鱼"
"""A message that passes."""

NOISY = st.text(
    st.one_of(st.sampled_from("您的机器到期升級服務費客服：客户：P0S２９９元加微信🔥*\u200b\n,。"), st.characters()),
    min_size=1,
    max_size=80,
)
"""Anything, rich in what the reader treats in its own ways."""


DOCUMENT_ROW: dict[str, Any] = {
    "id": "x-1",
    "text": "他说是售后，叫我先刷一千，又叫我先刷一千",
    "scheme": "upgrade_fee",
    "register": "complaint",
    "tactics": [
        {"tactic": "service_identity", "quote": "他说是售后"},
        {"tactic": "first_swipe", "quote": "叫我先刷一千", "at": 14},
    ],
}
"""A document of our corpora as it stands in a file; the second move is marked at its second place."""


def load_cases(name: str) -> list[dict[str, Any]]:
    """The cases of ``tests/cases/<name>.json``."""
    cases: list[dict[str, Any]] = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    return cases


def write_rows(path: Path, *rows: Mapping[str, Any]) -> Path:
    """Writes ``rows`` to ``path`` as JSON Lines; returns it."""
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def read_rows(path: Path) -> list[dict[str, Any]]:
    """The rows of JSON Lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
