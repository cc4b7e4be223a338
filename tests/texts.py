"""Texts that several tests share, and the cases that are kept as data in ``tests/cases``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

CASES = Path(__file__).parent / "cases"

COMPLAINT = (
    "上个月有个自称收款机售后的打电话，报得出我名字，说我这台机器用满半年就到期，不换的话费率要涨、刷卡也不到账。"
    "我加了他微信，机器寄来后他让我先刷一千激活，结果少了299，说是升级服务费，一个月后返还。"
    "现在问他就推脱，后来把我拉黑了，还有陌生电话一直响。"
)
"""The headline scheme from its first call to the harassment, told by the victim."""

NOISY = st.text(
    st.one_of(st.sampled_from("您的机器到期升級服務費客服：客户：P0S２９９元加微信🔥*\u200b\n,。"), st.characters()),
    min_size=1,
    max_size=80,
)
"""Anything, rich in what the reader treats in its own ways."""


def load_cases(name: str) -> list[dict[str, Any]]:
    """The cases of ``tests/cases/<name>.json``."""
    cases: list[dict[str, Any]] = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    return cases
