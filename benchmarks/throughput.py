"""Throughput beside the usual ways to score Chinese text: `make bench`.

In one process and interleaved round by round, on the same texts of 400 characters made from the corpora: `score` and
`assess`; (a) jieba.lcut + TfidfVectorizer + LogisticRegression.predict_proba; (b) the same with rjieba; (c) fastText,
supervised, with rjieba's segmentation included; (d) rjieba.cut alone. Then latency, load time, memory, cold start,
and `huashu score` with one and two processes. Writes the table into docs/performance.md between its markers. Ratios are
the claim, not the times.
"""

from __future__ import annotations

import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # one core for everybody

from joined_texts import LENGTH, generate

from huashu import Classifier
from huashu_corpora import read_documents

TEXTS, ASSESSED, ROUNDS, ROWS = 3000, 100, 7, 40_000
PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
BEGIN, END = "<!-- throughput: begin -->", "<!-- throughput: end -->"
PACKAGES = ("numpy", "rjieba", "jieba", "scikit-learn", "fasttext-numpy2-wheel")

Run = Callable[[list[str]], Any]


def usual(cut: Callable[[str], list[str]]) -> Run:
    """A TF-IDF pipeline over words, as a user of scikit-learn would write it."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    documents = read_documents()
    vectorizer = TfidfVectorizer(tokenizer=cut, token_pattern=None, ngram_range=(1, 2), min_df=2)
    pipeline = make_pipeline(vectorizer, LogisticRegression(max_iter=1000))
    pipeline.fit([d.text for d in documents], [d.scheme for d in documents])
    return pipeline.predict_proba  # type: ignore[no-any-return]


def fast_text(cut: Callable[[str], list[str]]) -> Run:
    """fastText's supervised classifier on segmented text, segmentation included in its cost."""
    import fasttext

    fasttext.FastText.eprint = lambda *_: None
    with tempfile.NamedTemporaryFile("w", suffix=".txt", encoding="utf-8") as file:
        for document in read_documents():
            file.write(f"__label__{document.scheme} {' '.join(cut(document.text)).replace(chr(10), ' ')}\n")
        file.flush()
        model = fasttext.train_supervised(file.name, epoch=5, wordNgrams=2, verbose=0)
    return lambda texts: model.predict([" ".join(cut(text)).replace("\n", " ") for text in texts])


def timed(run: Run, texts: list[str]) -> float:
    start = time.perf_counter()
    run(texts)
    return time.perf_counter() - start


def measure(runs: dict[str, tuple[Run, list[str]]]) -> dict[str, list[float]]:
    """Megabytes a second of each run, round by round, the runs interleaved."""
    speeds: dict[str, list[float]] = {name: [] for name in runs}
    for run, texts in runs.values():
        run(texts[:50])
    for _ in range(ROUNDS):
        for name, (run, texts) in runs.items():
            speeds[name].append(sum(len(text.encode()) for text in texts) / 1e6 / timed(run, texts))
    return speeds


def ratio(speeds: dict[str, list[float]], name: str, base: str) -> float:
    """The median over the rounds of one speed over another."""
    return statistics.median(a / b for a, b in zip(speeds[name], speeds[base], strict=True))


def command_seconds(source: Path, folder: Path, processes: int) -> float:
    """Time of `huashu score` without evidence, start-up included."""
    output = folder / "out.jsonl"
    options = ["-o", str(output), "--evidence", "none", "--processes", str(processes)]
    start = time.perf_counter()
    subprocess.run(
        [sys.executable, "-m", "huashu_api.cli", "score", str(source), *options], check=True, capture_output=True
    )
    return time.perf_counter() - start


def two_processes() -> float:
    """How much faster two processes are than one: the median of three pairs."""
    import json

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "rows.jsonl"
        with source.open("w", encoding="utf-8") as file:
            for text in generate(ROWS):
                file.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
        pairs = [(command_seconds(source, folder, 1), command_seconds(source, folder, 2)) for _ in range(3)]
    return statistics.median(one / two for one, two in pairs)


def latency(classifier: Classifier, texts: list[str]) -> tuple[float, float]:
    """Milliseconds of one `score([text])`: p50 and p99."""
    times = sorted(timed(classifier.score, [text]) for text in texts)
    return times[len(times) // 2] * 1e3, times[len(times) * 99 // 100] * 1e3


def cold_start() -> str:
    script = str(Path(__file__).parent / "cold_start.py")
    done = subprocess.run([sys.executable, script], check=True, capture_output=True, text=True)
    return done.stdout.split("ratio: ")[1].strip()


def main() -> None:
    """Measure, print, and write the page."""
    import jieba
    import rjieba

    jieba.setLogLevel(60)
    start = time.perf_counter()
    classifier = Classifier.load()
    loaded = time.perf_counter() - start
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    texts = list(generate(TEXTS))
    classifier.score(texts)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    few = texts[:300]
    runs: dict[str, tuple[Run, list[str]]] = {
        "`Classifier.score`": (classifier.score, texts),
        "`Classifier.assess`": (lambda part: [classifier.assess(text) for text in part], texts[:ASSESSED]),
        "(a) jieba + TF-IDF + logistic regression": (usual(jieba.lcut), few),
        "(b) rjieba + TF-IDF + logistic regression": (usual(rjieba.cut), few),
        "(c) rjieba + fastText": (fast_text(rjieba.cut), texts),
        "(d) `rjieba.cut` alone": (lambda part: [rjieba.cut(text) for text in part], texts),
    }
    speeds = measure(runs)
    ours, floor = "`Classifier.score`", "(d) `rjieba.cut` alone"
    size = sum(len(text.encode()) for text in texts) / len(texts) / 1e6
    lines = [
        f"Texts of {LENGTH} characters made from the corpora, {ROUNDS} rounds interleaved in one process on one core; "
        "medians of the rounds' ratios.",
        "",
        "| what | MB/s | texts/s | `score` is so many times as fast | share of (d) |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, found in speeds.items():
        middle = statistics.median(found)
        lines.append(
            f"| {name} | {middle:.2f} | {middle / size:,.0f} | {ratio(speeds, ours, name):.2f} "
            f"| {ratio(speeds, name, floor):.2f} |"
        )
    p50, p99 = latency(classifier, texts[:500])
    lines += [
        "",
        "| what | figure |",
        "|---|---|",
        f"| one text by `score`, p50 and p99 | {p50:.1f} and {p99:.1f} ms |",
        f"| `Classifier.load` in a running interpreter | {loaded:.2f} s |",
        f"| memory of the process, model loaded; after scoring {TEXTS} texts | {before} and {memory} MB |",
        f"| cold start over that of scikit-learn + jieba (`python benchmarks/cold_start.py`) | {cold_start()} |",
        f"| `huashu score`, two processes over one, {ROWS:,} rows, start-up included | {two_processes():.2f} |",
        "",
        f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, "
        + ", ".join(f"{package} {version(package)}" for package in PACKAGES)
        + ".",
    ]
    table = "\n".join(lines)
    print(table)
    page = PAGE.read_text(encoding="utf-8")
    head, _, rest = page.partition(BEGIN)
    PAGE.write_text(f"{head}{BEGIN}\n\n{table}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
