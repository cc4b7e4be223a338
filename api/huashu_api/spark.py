"""Scoring an Apache Spark DataFrame: ``pip install 'huashu[spark]'``, Java 17.

    from huashu_api import spark
    result = spark.score(df, text="text")

Each Python worker of an executor loads the model once and scores the Arrow batches that Spark hands it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

from huashu import Classifier, InputError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

COLUMNS = {"action": "string", "risk": "double", "scheme": "string", "register": "string"}
EXTRA = {"reason": "string", "model_version": "string"}


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
    added = {prefix + name: kind for name, kind in (COLUMNS | EXTRA).items()}
    taken = [name for name in added if name in types]
    if taken:
        raise InputError(f"the DataFrame has a column {taken[0]!r} already; give a prefix")
    from pyspark.sql.types import StructType

    schema = StructType(list(df.schema.fields))
    for name, kind in added.items():
        schema = schema.add(name, kind)
    return df.mapInArrow(_scorer(text, tuple(added), model), schema)


@cache
def _classifier(model: str | None) -> Classifier:
    return Classifier.load(model)


def _scorer(text: str, names: tuple[str, ...], model: str | None) -> Callable[[Iterator[Any]], Iterator[Any]]:
    def run(batches: Iterator[Any]) -> Iterator[Any]:
        import pyarrow as pa

        classifier = _classifier(model)
        for batch in batches:
            texts = ["" if value is None else value for value in batch.column(text).to_pylist()]
            reasons: list[str | None] = [None] * len(texts)

            def refuse(at: int, error: InputError, reasons: list[str | None] = reasons) -> None:
                reasons[at] = str(error)

            scores = classifier.score(texts, on_error=refuse)
            good = [reason is None for reason in reasons]
            columns: list[list[Any]] = [
                [value if ok else None for value, ok in zip(values, good, strict=True)]
                for values in (scores.action, scores.risk.tolist(), scores.scheme, scores.register)
            ]
            columns += [reasons, [classifier.version] * len(texts)]
            kinds = (COLUMNS | EXTRA).values()
            arrays = [
                pa.array(values, pa.float64() if kind == "double" else pa.string())
                for values, kind in zip(columns, kinds, strict=True)
            ]
            yield pa.RecordBatch.from_arrays([*batch.columns, *arrays], [*batch.schema.names, *names])

    return run
