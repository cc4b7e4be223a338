"""What the evidence costs: `assess` with everything beside `score`, on texts of about 400 characters.

    python benchmarks/evidence.py

Texts are joined from the shipped corpora; all run in turn in one process. The ratio is the claim, not the times.
"""

from __future__ import annotations

import time

from huashu import Classifier
from huashu_corpora import read_documents

LENGTH, TEXTS, ROUNDS = 400, 300, 5


def main() -> None:
    """Measure and print."""
    classifier = Classifier.load()
    joined = "\n".join(document.text for document in read_documents() if document.scheme != "none")
    texts = [joined[i * LENGTH : (i + 1) * LENGTH] for i in range(TEXTS)]
    times: list[tuple[float, float, float]] = []
    for _ in range(ROUNDS):
        marks = [time.perf_counter()]
        classifier.score(texts)
        marks.append(time.perf_counter())
        for text in texts:
            classifier.score([text])
        marks.append(time.perf_counter())
        for text in texts:
            classifier.assess(text)
        marks.append(time.perf_counter())
        times.append((marks[1] - marks[0], marks[2] - marks[1], marks[3] - marks[2]))
    together, singly, assess = (min(column) for column in zip(*times, strict=True))
    print(f"score: {TEXTS / together:.0f} texts/s together, {TEXTS / singly:.0f} one by one")
    print(f"assess with all evidence: {TEXTS / assess:.0f} texts/s")
    print(f"ratio: {assess / singly:.1f} to score one by one, {assess / together:.1f} to score together")


if __name__ == "__main__":
    main()
