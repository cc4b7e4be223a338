"""Scoring a file of many texts: every row is scored or rejected with its reason, and the output appears whole."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from huashu import Classifier, InputError
from huashu_api.read import Row, read_rows

BATCH = 256


@dataclass(frozen=True, slots=True)
class Summary:
    """Rows in = scored + rejected; ``actions`` and ``schemes`` count the scored ones."""

    rows: int
    scored: int
    rejected: int
    actions: dict[str, int]
    schemes: dict[str, int]


def score_file(
    classifier: Classifier, source: Path, target: Path, advance: Callable[[int], Any] = lambda rows: None
) -> Summary:
    """Score ``source`` into the JSON Lines file ``target``, and what cannot be scored into ``target``.rejects.jsonl.

    Output rows: ``row``, ``id`` (when given), ``action``, ``risk``, ``scheme``, ``register``, ``model_version``, in the
    order of the input. Both files get their names only when complete. ``advance`` is told the rows finished,
    batch by batch. Raises InputError when a file cannot be read or written.
    """
    rejects = target.with_name(target.name + ".rejects.jsonl")
    parts = [target.with_name(target.name + ".partial"), rejects.with_name(rejects.name + ".partial")]
    actions: Counter[str] = Counter()
    schemes: Counter[str] = Counter()
    rows = rejected = 0
    try:
        with parts[0].open("w", encoding="utf-8") as out, parts[1].open("w", encoding="utf-8") as out_rejects:
            for batch in _batches(read_rows(source)):
                for line in _score_batch(classifier, batch):
                    refused = "reason" in line
                    (out_rejects if refused else out).write(json.dumps(line, ensure_ascii=False) + "\n")
                    rejected += refused
                    if not refused:
                        actions[line["action"]] += 1
                        schemes[line["scheme"]] += 1
                rows += len(batch)
                advance(len(batch))
        os.replace(parts[0], target)
        if rejected:
            os.replace(parts[1], rejects)
        else:
            rejects.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{target}: cannot be written ({error.strerror}); check folder and free space") from None
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
    return Summary(rows, rows - rejected, rejected, dict(actions), dict(schemes))


def _batches(rows: Iterator[Row]) -> Iterator[list[Row]]:
    while batch := list(islice(rows, BATCH)):
        yield batch


def _score_batch(classifier: Classifier, batch: list[Row]) -> list[dict[str, Any]]:
    """A line a row, in order: a verdict, or a reject (it has a ``reason``). One bad text does not touch the others."""
    if all(row.source is not None for row in batch):
        try:
            return _verdicts(classifier, batch)
        except InputError as error:
            if len(batch) == 1:
                return [_reject(batch[0], str(error).removeprefix("text 0: "))]
    elif len(batch) == 1:
        return [_reject(batch[0], batch[0].problem)]
    middle = len(batch) // 2
    return _score_batch(classifier, batch[:middle]) + _score_batch(classifier, batch[middle:])


def _verdicts(classifier: Classifier, batch: list[Row]) -> list[dict[str, Any]]:
    scores = classifier.score([row.source for row in batch if row.source is not None])
    return [
        {
            **_key(row),
            "action": scores.action[i],
            "risk": round(float(scores.risk[i]), 6),
            "scheme": scores.scheme[i],
            "register": scores.register[i],
            "model_version": classifier.version,
        }
        for i, row in enumerate(batch)
    ]


def _key(row: Row) -> dict[str, Any]:
    return {"row": row.number} if row.id is None else {"row": row.number, "id": row.id}


def _reject(row: Row, reason: str) -> dict[str, Any]:
    return {**_key(row), "reason": reason}
