"""What the tests of reading share."""

from __future__ import annotations

import io
from typing import Any

from huashu_api.ingest import Item, Note, ReadOptions
from huashu_api.ingest.opening import buffered
from huashu_api.ingest.reading import read_stream

CALL: list[dict[str, Any]] = [
    {"role": "坐席", "words": "老板您好，我是刷卡机总部这边的，姓田", "begin": 0, "end": 2900},
    {"role": "客户", "words": "总部？找我啥事", "begin": 3200, "end": 4500},
    {"role": "坐席", "words": "您店里那台芯片月底停用，不换的话后面刷的钱到不了账", "begin": 4800, "end": 9600},
    {"role": "客户", "words": "那咋整，我这天天收钱呢", "begin": 9900, "end": 11_700},
    {
        "role": "坐席",
        "words": "新机器给您寄到店里，收到您加我微信，首笔刷一下系统扣298服务费，30天原路退您",
        "begin": 12_000,
        "end": 20_500,
    },
    {"role": "客户", "words": "行吧", "begin": 21_000, "end": 21_600},
]


def items(data: bytes, name: str, **options: Any) -> list[Item]:
    """The items of a file called ``name``."""
    return list(read_stream(name, buffered(io.BytesIO(data)), ReadOptions(**options)))


def sources(data: bytes, name: str, **options: Any) -> list[Any]:
    """What can be judged in it, after checking that nothing was refused."""
    found = items(data, name, **options)
    assert not [item.problem for item in found if item.source is None]
    return [item.source for item in found]


def notes(data: bytes, name: str, **options: Any) -> list[str]:
    """How it is said to be read."""
    told: list[Note] = []
    list(read_stream(name, buffered(io.BytesIO(data)), ReadOptions(**options), told.append))
    return [str(note) for note in told]


def problems(data: bytes, name: str, **options: Any) -> list[str]:
    """Why its items are refused; empty for those that are not."""
    return [item.problem for item in items(data, name, **options)]
