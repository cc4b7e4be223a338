"""How much of a fraud call has to be heard before the alert: writers held out, at the shipped operating point.

Run: python benchmarks/turns.py
"""

from __future__ import annotations

import numpy as np
from rich.progress import track

from huashu import Classifier
from huashu.labels import HEADLINE, NONE
from huashu.progress import SILENT
from huashu.reading.analysis import analyse
from huashu.reading.dialogue import parse
from huashu.reading.segmenter import default_cut
from huashu.verdict.risk import sigmoid
from huashu_corpora import read_documents
from huashu_training.fit.calibration import fit_risk
from huashu_training.fit.crossfit import cross_fit
from huashu_training.fit.fitted import judge
from huashu_training.fit.judged import decide
from huashu_training.fit.tasks import read, text_task

FEWEST_TURNS = 4


def main() -> None:
    """Print a Markdown table: calls, alerts, median share of turns heard before a true alert."""
    documents = read_documents()
    reading = read(documents)
    cross = cross_fit(text_task(reading), SILENT)
    models, *judged = judge(reading, cross, SILENT)
    risk = fit_risk(*judged)
    classifier = Classifier.load()
    threshold = classifier.manifest.operating_points[classifier.operating_point].alert
    heard: dict[str, list[float | None]] = {"upgrade_fee": [], "other fraud": [], "none": []}
    for i, document in enumerate(track(documents, description="calls", transient=True)):
        dialogue = parse(document.text)
        if document.register != "call" or not dialogue.marked or len(dialogue.turns) < FEWEST_TURNS:
            continue
        turns = [{"role": turn.speaker, "words": turn.words} for turn in dialogue.turns]
        usable = [n for n in range(1, len(turns) + 1) if any(turn["words"].strip() for turn in turns[:n])]
        tokens = [analyse(turns[:n], default_cut()).tokens for n in usable]
        risks = sigmoid(risk.log_odds(*decide(models, risk, tokens, np.full(len(tokens), cross.fold_of[i]))))
        first = next((n for n, value in zip(usable, risks.tolist(), strict=True) if value >= threshold), None)
        kind = document.scheme if document.scheme in (HEADLINE, NONE) else "other fraud"
        heard[kind].append(None if first is None else first / len(turns))
    print("| calls | number | alert at some turn | median share of turns heard before it |")
    print("|---|---:|---:|---:|")
    for kind, shares in heard.items():
        alerts = [share for share in shares if share is not None]
        median = f"{np.median(alerts):.0%}" if alerts else ""
        print(f"| {kind} | {len(shares)} | {len(alerts) / max(1, len(shares)):.1%} | {median} |")


if __name__ == "__main__":
    main()
