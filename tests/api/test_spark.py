"""Spark: a real local session over several partitions says what one machine says."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from huashu import Classifier, InputError
from huashu_api.ingest.tables.rows import source_of
from huashu_corpora import Document


def _java() -> str | None:
    """Why there is no Java for Spark 4, None when there is one."""
    if shutil.which("java") is None:
        return "Java is not installed"
    shown = subprocess.run(["java", "-version"], capture_output=True, text=True).stderr
    version = shown.split('"')[1].split(".")[0] if '"' in shown else "?"
    return None if version.isdigit() and int(version) >= 17 else f"Java 17 is needed, this is {version}"


for package in ("pyspark", "pandas"):
    pytest.importorskip(package, reason=f"{package} is not installed: pip install 'huashu[spark]'")
pytestmark = [
    pytest.mark.skipif(_java() is not None, reason=str(_java())),
    # Of pyspark's own start-up, nothing of ours.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning", "ignore::FutureWarning"),
]


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"
    found = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "4")
        .getOrCreate()
    )
    found.sparkContext.setLogLevel("ERROR")
    yield found
    found.stop()


def test_spark_gives_what_one_machine_gives(session: Any, classifier: Classifier, documents: list[Document]) -> None:
    from huashu_api import spark

    texts = [document.text for document in documents[::40]]
    frame = session.createDataFrame(list(enumerate(texts)), "id long, text string").repartition(5)
    rows = sorted(spark.score(frame).collect(), key=lambda row: row.id)
    scores = classifier.score([source_of(text) or "" for text in texts])
    assert [row.text for row in rows] == texts
    assert [row.action for row in rows] == scores.action
    assert [row.scheme for row in rows] == scores.scheme
    assert [row.register for row in rows] == scores.register
    assert [row.risk for row in rows] == pytest.approx(scores.risk.tolist(), abs=1e-9)
    assert {row.reason for row in rows} == {None}
    assert {row.model_version for row in rows} == {classifier.version}


def test_rows_that_cannot_be_judged_keep_their_place(session: Any) -> None:
    from huashu_api import spark

    frame = session.createDataFrame([(1, "机器到期"), (2, " "), (3, None)], "id long, body string")
    rows = {row.id: row for row in spark.score(frame, "body", prefix="h_").collect()}
    assert rows[1].h_action
    for number in (2, 3):
        assert rows[number].h_action is None
        assert "empty" in rows[number].h_reason


def test_calls_in_a_column_of_structs(session: Any, classifier: Classifier) -> None:
    from huashu_api import spark

    said = [
        ("坐席", "您的刷卡机月底到期，给您换台新的", 0),
        ("客户", "要钱吗", 2500),
        ("坐席", "首刷扣298服务费", 4000),
    ]
    kind = "array<struct<speaker:string,content:string,start_ms:bigint>>"
    frame = session.createDataFrame([(1, said), (2, []), (3, None)], f"id long, call {kind}")
    rows = {row.id: row for row in spark.score(frame, "call").collect()}
    turns: list[dict[str, Any]] = [{"role": who, "words": words, "begin": begin} for who, words, begin in said]
    verdict = classifier.assess(turns)
    assert (rows[1].action, rows[1].scheme, rows[1].register) == (verdict.action, verdict.scheme, verdict.register)
    assert rows[1].risk == pytest.approx(verdict.risk, abs=1e-9)
    assert rows[2].action is rows[3].action is None
    assert "is no call" in rows[2].reason

    nested = session.createDataFrame([((said,),)], f"record struct<turns:{kind}>")
    (row,) = spark.score(nested, "record").collect()
    assert (row.scheme, row.register) == (verdict.scheme, verdict.register)


def test_wrong_columns_are_named(session: Any) -> None:
    from huashu_api import spark

    frame = session.createDataFrame([(1, "机器到期")], "action long, text string")
    with pytest.raises(InputError, match="name a column of strings or of lists of structs: action, text"):
        spark.score(frame, "body")
    with pytest.raises(InputError, match="'action' already; give a prefix"):
        spark.score(frame)
