"""What rows come to: counts by label, by day, agent and source, and a few to look at."""

from __future__ import annotations

import hashlib
import heapq
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from huashu.masking import mask
from huashu_api.ingest import Item

REJECT_KINDS = 200
"""So many different reasons are counted apart; the rejects file has them all."""
VALUES, LONGEST = 500, 40
"""So many agents or sources are counted apart, by so many characters of their names."""
SAMPLE = 12
"""So many rows of each action are put aside to be looked at."""
_DATE = re.compile(r"(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})")
Table = dict[str, dict[str, int]]
"""Value -> action -> how many."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of a chunk, or of all: input rows ``scored`` and ``rejected``, texts or calls by action and scheme,
    rejects by reason, how many files could not be read to their end; moves by how many texts show them; ``by`` day,
    agent and source, actions by value; ``sample`` rows of each action, drawn by their place alone."""

    scored: int
    rejected: int
    damaged: int
    actions: Mapping[str, int]
    schemes: Mapping[str, int]
    reasons: Mapping[str, int]
    tactics: Mapping[str, int] = field(default_factory=dict)
    by: Mapping[str, Table] = field(default_factory=dict)
    sample: Sequence[Mapping[str, Any]] = ()


def tally(items: Sequence[Item], rows: Sequence[Mapping[str, Any]], rejects: Sequence[Mapping[str, Any]]) -> Tally:
    """The tally of a chunk: its ``items``, the output ``rows`` and the ``rejects`` that became of them."""
    rejected = sum(reject["rows"] for reject in rejects)
    places = {(item.file, item.sheet, item.row, item.case or None): item.facets for item in items if item.facets}
    by: dict[str, Table] = {}
    for row in rows:
        for name, value in places.get((row["file"], row["sheet"], row["row"], row["case"]), {}).items():
            counted = by.setdefault(name, {})
            value = _value(name, value)
            if value and (value in counted or len(counted) < VALUES):
                actions = counted.setdefault(value, {})
                actions[row["action"]] = actions.get(row["action"], 0) + 1
    return Tally(
        sum(item.rows for item in items) - rejected,
        rejected,
        sum(item.damaged for item in items),
        dict(Counter(row["action"] for row in rows)),
        dict(Counter(row["scheme"] for row in rows)),
        dict(Counter(reject["reason"] for reject in rejects).most_common(REJECT_KINDS)),
        dict(Counter(tactic for row in rows for tactic in {span["tactic"] for span in row["tactics"]})),
        by,
        [_shown(row) for row in _drawn(row for row in rows if row["action"] != "pass")],
    )


def _value(name: str, value: str) -> str:
    """A day as of ISO 8601; an agent or source, masked."""
    if name != "day":
        return mask(value.strip())[:LONGEST]
    found = _DATE.search(value)
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else ""


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """Of a row what the summary page shows."""
    key = {name: row[name] for name in ("file", "sheet", "row", "id", "case", "action", "risk", "scheme")}
    return {
        **key,
        "id": mask(str(row["id"])) if row["id"] else None,
        "tactics": [{"tactic": span["tactic"], "quote": mask(span["quote"])} for span in row["tactics"][:6]],
        "reasons": [mask(reason["quote"]) for reason in row["reasons"][:3]],
    }


def _drawn(rows: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """``SAMPLE`` rows of each action: those whose place has the lowest hash, the same however the rows are cut."""
    drawn: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        drawn.setdefault(row["action"], []).append(row)
    return [row for name in sorted(drawn) for row in heapq.nsmallest(SAMPLE, drawn[name], key=_lot)]


def _lot(row: Mapping[str, Any]) -> bytes:
    place = f"{row['file']}\0{row['sheet']}\0{row['row']}\0{row['case']}"
    return hashlib.blake2b(place.encode("utf-8", "replace"), digest_size=8).digest()


def total(tallies: Sequence[Tally]) -> Tally:
    """The sum of ``tallies``."""

    def add(name: str) -> dict[str, int]:
        sums: Counter[str] = Counter()
        for one in tallies:
            sums.update(getattr(one, name))
        return dict(sums)

    by: dict[str, Table] = {}
    for one in tallies:
        for name, table in one.by.items():
            for value, actions in table.items():
                counted = by.setdefault(name, {}).setdefault(value, {})
                for action, number in actions.items():
                    counted[action] = counted.get(action, 0) + number
    return Tally(
        sum(one.scored for one in tallies),
        sum(one.rejected for one in tallies),
        sum(one.damaged for one in tallies),
        add("actions"),
        add("schemes"),
        add("reasons"),
        add("tactics"),
        by,
        _drawn(row for one in tallies for row in one.sample),
    )
