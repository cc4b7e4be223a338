"""Whether a verdict on a long text means the same as on a short one.

    python benchmarks/long_texts.py FOLDER [--model MODEL]

FOLDER holds public sets as `huashu evaluate` reads them: `jddc_service_dialogues`, `gov_citizen_complaints` (harmless)
and `hard_dev`, `web_dev` (frauds). Harmless texts are joined to a length, at random but always the same; then each
fraud of 100 to 400 characters is put in the middle of such a text. Prints how often harmless long texts are flagged,
and how many of the frauds are caught where 8 % of the harmless texts of that length are flagged."""

from __future__ import annotations

import argparse
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.progress import track

from huashu import Classifier
from huashu.labels import should_alert
from huashu_training.measure.labelled import LabelledRow, read_labelled

HARMLESS = {"service calls": "jddc_service_dialogues", "complaints": "gov_citizen_complaints"}
FRAUDS = ("hard_dev", "web_dev")
LENGTHS = (2_000, 6_000, 20_000)
TEXTS = 200
"""Harmless texts of each kind and length."""
SHORTEST, LONGEST = 100, 400
FLAGGED = 0.08
BATCH = 50


def joined(texts: Sequence[str], length: int, number: int, seed: int) -> list[str]:
    """``number`` texts of about ``length`` characters, made of whole ``texts`` drawn at random."""
    chance = random.Random(seed)
    result = []
    for _ in range(number):
        parts: list[str] = []
        while sum(map(len, parts)) < length:
            parts.append(chance.choice(texts))
        result.append("\n".join(parts))
    return result


def around(fraud: str, texts: Sequence[str], length: int, seed: int) -> str:
    """``fraud`` in the middle of harmless ``texts``, ``length`` characters in all or a little more."""
    before, after = (joined(texts, (length - len(fraud)) // 2, 1, seed + side)[0] for side in (0, 1_000_000))
    return "\n".join((before, fraud, after))


def risks(classifier: Classifier, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    """Risk and whether alert (2), review (1) or pass (0), each (n,)."""
    values, actions = [], []
    for first in track(range(0, len(texts), BATCH), description="judging", transient=True):
        scores = classifier.score(texts[first : first + BATCH])
        values += scores.risk.tolist()
        actions += [("pass", "review", "alert").index(action) for action in scores.action]
    return np.array(values), np.array(actions)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--model", type=Path, default=None)
    options = parser.parse_args()
    classifier = Classifier.load(options.model)

    def rows(name: str) -> list[LabelledRow]:
        return read_labelled(options.folder / f"{name}.jsonl")

    harmless = {kind: [row.text for row in rows(name)] for kind, name in HARMLESS.items()}
    frauds = [
        row.text
        for name in FRAUDS
        for row in rows(name)
        if should_alert(row.label, row.register or "") and SHORTEST <= len(row.text) <= LONGEST
    ]
    print(f"model {classifier.version}; {TEXTS} harmless texts a cell, {len(frauds)} frauds\n")
    print("| harmless texts joined to | kind | alert | alert or review |\n|---:|---|---:|---:|")
    bounds: dict[tuple[int, str], float] = {}
    for length in LENGTHS:
        for kind, texts in harmless.items():
            values, actions = risks(classifier, joined(texts, length, TEXTS, length))
            bounds[length, kind] = float(np.quantile(values, 1 - FLAGGED))
            print(f"| {length:,} | {kind} | {np.mean(actions == 2):.1%} | {np.mean(actions >= 1):.1%} |", flush=True)
    print(f"\n| a fraud in | kind | alert | alert or review | caught where {FLAGGED:.0%} of harmless are |")
    print("|---:|---|---:|---:|---:|")
    for length in LENGTHS[:2]:
        for kind, texts in harmless.items():
            values, actions = risks(
                classifier, [around(fraud, texts, length, seed) for seed, fraud in enumerate(frauds)]
            )
            caught = np.mean(values > bounds[length, kind])
            print(
                f"| {length:,} | {kind} | {np.mean(actions == 2):.1%} | {np.mean(actions >= 1):.1%} | {caught:.1%} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
