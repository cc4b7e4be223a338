"""Scoring an Apache Spark DataFrame: ``pip install 'huashu[spark]'``, Java 17.

    from huashu_api import spark
    result = spark.score(df, text="text")

Each Python worker of an executor loads the model once and scores the Arrow batches that Spark hands it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from huashu import Classifier, InputError, Source
from huashu_api.ingest.calls.json_calls import call_in, told
from huashu_api.ingest.tables.rows import source_of

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

    ``text`` names a column of strings, or of calls: a list of structs, a turn each, or a struct that holds one, with
    any names that ``huashu score`` knows. A string may hold a call, too, as JSON or line by line. A row that cannot be
    judged keeps its place: its verdict is null and ``reason`` says why; on all others ``reason`` is null. ``prefix`` is
    put before the new names. ``model`` is the folder of another artifact, at the same path on every executor. Values
    equal those of ``huashu score``.

    Raises InputError when ``text`` is no such column or a new name is taken.
    """
    types = dict(df.dtypes)
    if not types.get(text, "").startswith(("string", "struct<", "array<struct<")):
        has = f"is of type {types[text]}" if text in types else "does not exist"
        raise InputError(f"column {text!r} {has}; name a column of strings or of lists of structs: {', '.join(types)}")
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
            added = _columns(classifier, [_source(value) for value in batch.column(text).to_pylist()])
            yield pa.RecordBatch.from_arrays([*batch.columns, *added], [*batch.schema.names, *names])

    return run


def _source(value: Any) -> Source | InputError:
    """What is to be judged in a value, or why there is nothing."""
    if value is None or value == "":
        return ""
    call = call_in(value) if isinstance(value, dict) else None
    return (call.turns if call else source_of(value)) or InputError(f"is no call; {told(value)}")


def _columns(classifier: Classifier, sources: list[Source | InputError]) -> list[pa.Array]:
    """``COLUMNS`` of ``sources``, in their order."""
    reasons: list[str | None] = [str(source) if isinstance(source, InputError) else None for source in sources]

    def refuse(place: int, error: InputError) -> None:
        reasons[place] = reasons[place] or str(error)

    scores = classifier.score(["" if isinstance(one, InputError) else one for one in sources], on_error=refuse)
    verdicts = (scores.action, scores.risk.tolist(), scores.scheme, scores.register)
    columns = [
        *([value if reason is None else None for value, reason in zip(of, reasons, strict=True)] for of in verdicts),
        reasons,
        [classifier.version] * len(sources),
    ]
    return [pa.array(values, _ARROW[kind]) for values, kind in zip(columns, COLUMNS.values(), strict=True)]
