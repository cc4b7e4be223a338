"""Chunks of items, scored in this process or in several, each put down in the journal as it is finished."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass
from itertools import count
from multiprocessing import get_context
from pathlib import Path

from huashu import Classifier
from huashu_api.batch import writers
from huashu_api.batch.journal import Journal
from huashu_api.batch.options import Options
from huashu_api.batch.scoring import score_rows
from huashu_api.batch.tally import Tally, tally
from huashu_api.ingest import Item

CHUNK_ITEMS, CHUNK_CHARACTERS = 1000, 4_000_000
"""A chunk is closed by the first of these that it reaches: memory does not grow with the length of texts."""


@dataclass(frozen=True, slots=True)
class Work:
    """What every worker knows: folder of the model (None: the shipped one), where results go, ``options`` and the
    ``format`` of the output."""

    model: Path | None
    journal: Journal
    options: Options
    format: str


@dataclass(frozen=True, slots=True)
class FinishedChunk:
    """A chunk by its number from 0, how many input ``rows`` it was made of, and what became of them."""

    number: int
    rows: int
    counts: Tally


_worker: tuple[Work, Classifier] | None = None


def _load_model(work: Work) -> None:
    """Once in each process."""
    global _worker
    _worker = (work, Classifier.load(work.model, work.options.point))


def _score_chunk(number: int, items: list[Item]) -> Tally:
    assert _worker
    work, classifier = _worker
    scored = score_rows(classifier, items, work.options)
    rows = writers.encode(scored.rows, work.options, work.format)
    counts = tally(items, scored.rows, scored.rejects)
    work.journal.finish(number, rows, writers.json_lines(scored.rejects), counts)
    return counts


def chunks_of(items: Iterable[Item]) -> Iterator[list[Item]]:
    """``items`` in chunks, cut by the input alone."""
    chunk: list[Item] = []
    size = 0
    for item in items:
        chunk.append(item)
        source = item.source
        if source is not None:
            size += len(source) if isinstance(source, str) else sum(len(str(turn)) for turn in source)
        if len(chunk) >= CHUNK_ITEMS or size >= CHUNK_CHARACTERS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def score_chunks(chunks: Iterable[list[Item]], work: Work, processes: int) -> Iterator[FinishedChunk]:
    """The chunks as they finish; those that an earlier run has finished pass by unscored.

    Only two chunks a process are in memory. A single chunk is not worth a pool. Raises BrokenProcessPool when a worker
    dies, OSError when the journal cannot be written.
    """
    numbered: Iterator[tuple[int, list[Item]]] = zip(count(), chunks, strict=False)
    pending: dict[Future[Tally], tuple[int, int]] = {}
    pool: ProcessPoolExecutor | None = None
    try:
        for number, items in numbered:
            rows = sum(item.rows for item in items)
            counts = work.journal.counts(number)
            if counts is not None:
                yield FinishedChunk(number, rows, counts)
                continue
            if processes == 1 or (pool is None and len(items) < CHUNK_ITEMS):
                if _worker is None or _worker[0] != work:
                    _load_model(work)
                yield FinishedChunk(number, rows, _score_chunk(number, items))
                continue
            pool = pool or ProcessPoolExecutor(processes, get_context("spawn"), _load_model, (work,))
            pending[pool.submit(_score_chunk, number, items)] = (number, rows)
            if len(pending) >= 2 * processes:
                yield from _next_finished(pending)
        while pending:
            yield from _next_finished(pending)
    finally:
        if pool:
            pool.shutdown(cancel_futures=True)


def _next_finished(pending: dict[Future[Tally], tuple[int, int]]) -> Iterator[FinishedChunk]:
    for future in wait(pending, return_when=FIRST_COMPLETED).done:
        yield FinishedChunk(*pending.pop(future), future.result())
