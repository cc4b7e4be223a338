"""What the evidence costs: `assess` with everything beside `score`, on texts of about 400 characters.

    python benchmarks/evidence.py

Texts are joined from the shipped corpora; both run in turn in one process. The ratio is the claim, not the times.
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
    times: list[tuple[float, float]] = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        classifier.score(texts)
        middle = time.perf_counter()
        for text in texts:
            classifier.assess(text)
        times.append((middle - start, time.perf_counter() - middle))
    score, assess = min(a for a, _ in times), min(b for _, b in times)
    print(f"score: {TEXTS / score:.0f} texts/s; assess with all evidence: {TEXTS / assess:.0f} texts/s")
    print(f"ratio: {assess / score:.1f}")


if __name__ == "__main__":
    main()
