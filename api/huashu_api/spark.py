"""Scoring an Apache Spark DataFrame: ``pip install 'huashu[spark]'``, Java 17.

    from huashu_api import spark
    result = spark.score(df, text="text")

Each Python worker of an executor loads the model once and scores the Arrow batches that Spark hands it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

import pyarrow as pa

from huashu import Classifier, InputError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

COLUMNS = {
    "action": "string",
    "risk": "double",
    "scheme": "string",
    "register": "string",
    "reason": "string",
    "model_version": "string",
}
"""The columns that are added, with Spark's names of their types."""

_ARROW = {"string": pa.string(), "double": pa.float64()}


def score(df: DataFrame, text: str = "text", *, prefix: str = "", model: str | None = None) -> DataFrame:
    """``df`` with the columns ``action``, ``risk``, ``scheme``, ``register``, ``reason`` and ``model_version`` added.

    ``text`` names a column of strings. A row that cannot be judged keeps its place: its verdict is null and ``reason``
    says why; on all others ``reason`` is null. ``prefix`` is put before the new names. ``model`` is the folder of
    another artifact, at the same path on every executor. Values equal those of ``Classifier.score``.

    Raises InputError when ``text`` is no string column or a new name is taken.
    """
    types = dict(df.dtypes)
    if types.get(text) != "string":
        has = f"is of type {types[text]}" if text in types else "does not exist"
        raise InputError(f"column {text!r} {has}; name a column of strings: {', '.join(types)}")
    added = {prefix + name: kind for name, kind in COLUMNS.items()}
    taken = [name for name in added if name in types]
    if taken:
        raise InputError(f"the DataFrame has a column {taken[0]!r} already; give a prefix")
    from pyspark.sql.types import StructType  # noqa: PLC0415  (an optional extra)

    schema = StructType(list(df.schema.fields))
    for name, kind in added.items():
        schema = schema.add(name, kind)
    return df.mapInArrow(_scorer(text, tuple(added), model), schema)


@cache
def _classifier(model: str | None) -> Classifier:
    return Classifier.load(model)


def _scorer(
    text: str, names: tuple[str, ...], model: str | None
) -> Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """What an executor does with its batches: ``COLUMNS``, called ``names``, are put beside what is there."""

    def run(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        classifier = _classifier(model)
        for batch in batches:
            added = _columns(classifier, batch.column(text).to_pylist())
            yield pa.RecordBatch.from_arrays([*batch.columns, *added], [*batch.schema.names, *names])

    return run


def _columns(classifier: Classifier, texts: list[str | None]) -> list[pa.Array]:
    """``COLUMNS`` of ``texts``, in their order."""
    reasons: list[str | None] = [None] * len(texts)

    def refuse(place: int, error: InputError) -> None:
        reasons[place] = str(error)

    scores = classifier.score([text or "" for text in texts], on_error=refuse)
    verdicts = (scores.action, scores.risk.tolist(), scores.scheme, scores.register)
    columns = [
        *([value if reason is None else None for value, reason in zip(of, reasons, strict=True)] for of in verdicts),
        reasons,
        [classifier.version] * len(texts),
    ]
    return [pa.array(values, _ARROW[kind]) for values, kind in zip(columns, COLUMNS.values(), strict=True)]
