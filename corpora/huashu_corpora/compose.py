"""Composing calls and complaints of the upgrade-fee scheme out of move-level phrasings (``data/phrasings.json``).

A composed document walks through the script in its usual order, leaves moves out, and phrases each with one of many
wordings. It is for robustness and for teaching the moves, kept apart from the written documents by its origin.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from functools import cache
from typing import Any

from huashu_corpora.document import Document, TacticMark
from huashu_corpora.files import DATA

STAGES: tuple[tuple[float, Sequence[str]], ...] = (
    (0.95, ("service_identity",)),
    (0.5, ("data_leverage",)),
    (0.95, ("device_expiry", "policy_pretext", "refund_bait")),
    (0.6, ("rate_threat", "settlement_threat")),
    (0.75, ("gift_lure", "banned_claim")),
    (0.6, ("channel_switch",)),
    (0.7, ("terminal_delivery",)),
    (0.3, ("credential_request", "remote_control")),
    (0.7, ("first_swipe",)),
    (0.75, ("fee_deduction", "money_transfer")),
    (0.7, ("refund_promise",)),
)
"""Stages of the script: how likely one is told, and the moves that it may be made of."""
AFTERMATH: tuple[tuple[float, Sequence[str]], ...] = (
    (0.8, ("refund_stalling",)),
    (0.35, ("harassment",)),
    (0.3, ("second_charge",)),
)
"""What only a victim can tell."""
FEWEST_MOVES = 4


@cache
def _phrasings() -> dict[str, Any]:
    data: dict[str, Any] = json.loads((DATA / "phrasings.json").read_text(encoding="utf-8"))
    return data


def _moves(rng: random.Random, stages: Sequence[tuple[float, Sequence[str]]]) -> list[str]:
    while True:
        moves = [rng.choice(tactics) for chance, tactics in stages if rng.random() < chance]
        if len(moves) >= FEWEST_MOVES:
            return moves


class _Builder:
    """A text under construction, with the marks of its moves."""

    def __init__(self) -> None:
        self.text = ""
        self.marks: list[TacticMark] = []

    def add(self, text: str, tactic: str | None = None) -> None:
        if tactic:
            self.marks.append(TacticMark(tactic, len(self.text), len(self.text) + len(text)))
        self.text += text


def compose_complaint(rng: random.Random, number: int) -> Document:
    """A victim's account."""
    told = {name: entry["told"] for name, entry in _phrasings().items() if name != "customer"}
    builder = _Builder()
    builder.add(rng.choice(told["openings"]))
    for tactic in _moves(rng, STAGES + AFTERMATH):
        builder.add(rng.choice("，，，。"))
        builder.add(rng.choice(told[tactic]), tactic)
    builder.add("。" + rng.choice(told["closings"]) + rng.choice("。！"))
    return _document(builder, number, "complaint")


def compose_call(rng: random.Random, number: int) -> Document:
    """A caller's pitch, with the target's replies in between."""
    phrasings = _phrasings()
    agent, customer = rng.choice((("客服", "客户"), ("坐席", "用户"), ("说话人1", "说话人2"), ("A", "B")))
    builder = _Builder()
    builder.add(f"{agent}：{rng.choice(phrasings['openings']['said'])}")
    for tactic in _moves(rng, STAGES):
        if rng.random() < 0.6:
            builder.add(f"\n{customer}：{rng.choice(phrasings['customer'])}\n{agent}：")
        else:
            builder.add("，")
        builder.add(rng.choice(phrasings[tactic]["said"]), tactic)
    builder.add(
        f"\n{customer}：{rng.choice(phrasings['customer'])}\n{agent}：{rng.choice(phrasings['closings']['said'])}"
    )
    return _document(builder, number, "call")


def _document(builder: _Builder, number: int, register: str) -> Document:
    name = f"composed-{register}-{number:04d}"
    return Document(
        id=name,
        text=builder.text,
        scheme="upgrade_fee",
        register=register,
        tactics=tuple(builder.marks),
        hand="composer",
        kind="composed",
        group="composed",
        origin="composed",
    )


def compose(number: int, seed: int) -> list[Document]:
    """``number`` complaints and as many calls; the same seed gives the same documents. All are one group."""
    rng = random.Random(seed)
    return [make(rng, i) for i in range(number) for make in (compose_complaint, compose_call)]
