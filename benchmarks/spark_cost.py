"""How the cost of Spark scoring grows: 1 and 2 local cores, once and four times the data.

    python benchmarks/spark_cost.py      (needs huashu[spark] and Java 17)

Each figure is the second of two runs in a session, so that sessions and workers are up.
"""

from __future__ import annotations

import os
import sys
import time

from joined_texts import generate

ROWS = 20_000


def main() -> None:
    """Measure and print a Markdown table."""
    from pyspark.sql import SparkSession

    from huashu_api import spark

    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    texts = [(text,) for text in generate(ROWS)]
    print("| cores | rows | seconds | rows/s |\n|---:|---:|---:|---:|")
    for cores in (1, 2):
        session = SparkSession.builder.master(f"local[{cores}]").config("spark.ui.enabled", "false").getOrCreate()
        session.sparkContext.setLogLevel("ERROR")
        for times in (1, 4):
            frame = session.createDataFrame(texts * times, "text string").repartition(8).cache()
            frame.count()
            for _ in range(2):
                start = time.perf_counter()
                spark.score(frame).groupBy("action").count().collect()
                seconds = time.perf_counter() - start
            print(f"| {cores} | {ROWS * times} | {seconds:.1f} | {ROWS * times / seconds:,.0f} |", flush=True)
        session.stop()


if __name__ == "__main__":
    main()
