"""How much personal data is found, and how much else is hidden with it, on lines as people write them."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

import pytest

from huashu.masking import KINDS, mask
from texts import CASES

RECALL, FALSE = 0.98, 0.001
MARK = re.compile(r"\{([^{}]*)\}")
LINES = [
    line.replace("\\n", "\n") for line in (CASES / "masking_lines.txt").read_text(encoding="utf-8").splitlines() if line
]
"""What is personal stands in braces."""


def plain(line: str) -> tuple[str, list[tuple[int, int]]]:
    """A line without its braces, and the places of what stood in them."""
    spans, text, at = [], "", 0
    for found in MARK.finditer(line):
        text += line[at : found.start()]
        spans.append((len(text), len(text) + len(found[1])))
        text += found[1]
        at = found.end()
    return text + line[at:], spans


def is_hidden(before: str, after: str) -> bool:
    """Whether a piece of personal data cannot be read any more: five digits may stay of a long number, one or two
    characters of anything else."""
    said, shown = (sum(char.isalnum() and char not in "嗯呃啊" for char in text) for text in (before, after))
    return shown < said and shown <= (5 if said >= 10 else 3 if said >= 5 else 1)


def test_there_are_many_lines_of_both_sorts() -> None:
    personal = sum("{" in line for line in LINES)
    assert len(LINES) >= 400
    assert 200 <= personal <= len(LINES) - 150


def test_personal_data_is_found() -> None:
    missed, found = [], 0
    for line in LINES:
        text, spans = plain(line)
        masked = mask(text, KINDS)
        for start, end in spans:
            if is_hidden(text[start:end], masked[start:end]):
                found += 1
            else:
                missed.append((text, masked))
    assert found / (found + len(missed)) >= RECALL, missed


def test_nothing_else_is_hidden() -> None:
    wrong = []
    for line in LINES:
        text, spans = plain(line)
        masked = mask(text, KINDS)
        inside = {place for start, end in spans for place in range(start, end)}
        if any(before != after for i, (before, after) in enumerate(zip(text, masked, strict=True)) if i not in inside):
            wrong.append((text, masked))
    assert not wrong


DIGITS = "零一二三四五六七八九"
HARMLESS: dict[str, Callable[[random.Random], str]] = {
    "sum": lambda chance: f"{chance.randint(1, 10**9):,}{chance.choice(['元', '块', '.00元', ''])}",
    "plain sum": lambda chance: f"{chance.randint(1, 10**7)}{chance.choice(['元', '块钱', '万元', ''])}",
    "yen": lambda chance: f"¥{chance.randint(1, 10**6)}.{chance.randint(0, 99):02}",
    "sums": lambda chance: "，".join(str(chance.randint(1, 99) * 100) for _ in range(chance.randint(2, 6))),
    "range": lambda chance: f"{chance.randint(1, 99) * 100}-{chance.randint(1, 99) * 1000}元",
    "Chinese sum": lambda chance: (
        f"{chance.choice(DIGITS[1:])}万{chance.choice(DIGITS[1:])}千{chance.choice(DIGITS)}百"
    ),
    "date": lambda chance: f"20{chance.randint(10, 29)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}",
    "compact date": lambda chance: f"20{chance.randint(10, 29)}{chance.randint(1, 12):02}{chance.randint(1, 28):02}",
    "moment": lambda chance: f"2026-11-{chance.randint(1, 30)} {chance.randint(0, 23)}:{chance.randint(0, 59):02}:07",
    "period": lambda chance: f"2025.{chance.randint(1, 12)}.{chance.randint(1, 28)} - 2026.{chance.randint(1, 12)}.8",
    "days": lambda chance: "、".join(f"{chance.randint(1, 12)}/{chance.randint(1, 28)}" for _ in range(3)),
    "order": lambda chance: f"订单号{chance.randint(10**13, 10**20)}",
    "waybill": lambda chance: f"运单号SF{chance.randint(10**12, 10**13 - 1)}",
    "ticket": lambda chance: f"工单号：2026{chance.randint(10**6, 10**12)}",
    "flow": lambda chance: f"流水号 {chance.randint(10**15, 10**20)}",
}


@pytest.mark.parametrize("kind", HARMLESS)
def test_sums_dates_and_orders_stay(kind: str) -> None:
    chance = random.Random(kind)
    wrong = []
    for _ in range(1000):
        text = f"客户说{HARMLESS[kind](chance)}，记下了"
        if mask(text, KINDS) != text:
            wrong.append(text)
    assert len(wrong) / 1000 <= FALSE, wrong[:10]
