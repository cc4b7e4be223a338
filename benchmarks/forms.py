"""Whether the form that a call comes in changes its verdict.

    python benchmarks/forms.py FOLDER/jddc_service_dialogues.jsonl [CALLS]

Takes the first calls (300) of a file of ``{"text"}`` with speaker marks, gives their turns times, writes them in
every form of ``call_forms`` and counts how many get the verdict of the list of turns: the same risk, action, scheme and
register.
"""

from __future__ import annotations

import io
import json
import sys
from itertools import islice
from pathlib import Path
from typing import Any

from call_forms import AGENT, WRITERS

from huashu import Classifier
from huashu.reading.dialogue import parse
from huashu_api.ingest import ReadOptions
from huashu_api.ingest.opening import buffered
from huashu_api.ingest.reading import read_stream

CALLS = 300
_RATE, _PAUSE = 220, 150
"""Milliseconds a character and between turns."""


def timed(text: str) -> list[dict[str, Any]]:
    """The turns of a call that have words, as they would be spoken."""
    turns, now = [], 0
    for turn in parse(text).turns:
        words = turn.words.strip()
        if words:
            end = now + _RATE * len(words)
            role = AGENT if turn.role == "agent" else "客户"
            turns.append({"role": role, "words": words, "begin": now, "end": end})
            now = end + _PAUSE
    return turns


def main() -> None:
    path, number = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else CALLS
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    spoken = (timed(row["text"]) for row in rows)
    calls = list(islice((turns for turns in spoken if len({turn["role"] for turn in turns}) == 2), number))
    classifier = Classifier.load()
    expected = verdicts(classifier, calls)
    print(f"{'form':24} {'same verdict':>12}  of {len(calls)}")
    for form, (name, write, _) in WRITERS.items():
        items = [list(read_stream(name, buffered(io.BytesIO(write(turns))), ReadOptions())) for turns in calls]
        sources = [found[0].source if len(found) == 1 else None for found in items]
        found = verdicts(classifier, [source or "无" for source in sources])
        same = sum(a == b for a, b in zip(found, expected, strict=True))
        print(f"{form:24} {same:12}")


def verdicts(classifier: Classifier, sources: list[Any]) -> list[tuple[Any, ...]]:
    scores = classifier.score(sources)
    return list(zip(scores.action, scores.risk.round(6).tolist(), scores.scheme, scores.register, strict=True))


if __name__ == "__main__":
    main()
