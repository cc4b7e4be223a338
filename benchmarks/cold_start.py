"""How long one verdict takes from a cold interpreter, beside the usual way to build such a model.

    python benchmarks/cold_start.py

Runs, in turn and several times over, `huashu check` on a text of about 500 characters and a script that imports
scikit-learn and jieba, initialises jieba and loads a joblib pipeline of the same size; prints the best times and their
ratio. The ratio is the claim, not the times.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 3

USUAL_BUILD = """
import sys, joblib
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from huashu_corpora import read_documents
documents = read_documents()
pipeline = make_pipeline(TfidfVectorizer(analyzer="char", ngram_range=(1, 2), min_df=2), LogisticRegression())
pipeline.fit([d.text for d in documents], [d.scheme == "none" for d in documents])
joblib.dump(pipeline, sys.argv[1])
"""

USUAL_START = """
import sys
import sklearn.feature_extraction.text, sklearn.linear_model
import jieba, joblib
jieba.dt.tmp_dir = sys.argv[2]
jieba.setLogLevel(60)
jieba.initialize()
joblib.load(sys.argv[1]).predict_proba([sys.argv[3]])
"""


def best(command: list[str]) -> float:
    """Seconds of one run."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    text = (Path(__file__).parent.parent / "examples" / "1-complaint.txt").read_text(encoding="utf-8")
    text = (text * 3)[:500]
    with tempfile.TemporaryDirectory() as folder:
        path, pipeline = Path(folder) / "text.txt", Path(folder) / "pipeline.joblib"
        path.write_text(text, encoding="utf-8")
        subprocess.run([sys.executable, "-c", USUAL_BUILD, str(pipeline)], check=True)
        ours = [sys.executable, "-m", "huashu_api.cli", "check", str(path)]
        usual = [sys.executable, "-W", "ignore", "-c", USUAL_START, str(pipeline), folder, text]
        times = [(best(ours), best(usual)) for _ in range(ROUNDS)]
    ours_best, usual_best = min(a for a, _ in times), min(b for _, b in times)
    print(f"huashu check: {ours_best:.2f} s; scikit-learn + jieba + joblib: {usual_best:.2f} s (its jieba cache warm)")
    print(f"ratio: {ours_best / usual_best:.2f}")


if __name__ == "__main__":
    main()
