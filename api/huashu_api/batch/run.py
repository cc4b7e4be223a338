"""A run from inputs to output: chunks of records, scored in this process or in several, put together at the end."""

from __future__ import annotations

import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from huashu import Classifier, InputError, artifact
from huashu_api.batch import journal as journals
from huashu_api.batch import writers
from huashu_api.batch.files import STDIN, File, find
from huashu_api.batch.journal import Counts, Journal
from huashu_api.batch.judge import judge
from huashu_api.batch.readers import Note, read
from huashu_api.batch.records import Options, Record
from huashu_api.batch.summary import Summary
from huashu_api.errors import OutputError, cannot_write

CHUNK_RECORDS, CHUNK_CHARACTERS = 2000, 4_000_000
"""A chunk is closed by the first of these that it reaches: memory does not grow with the length of texts."""

REJECT_KINDS = 200
"""So many different reasons are counted apart; the rejects file has them all."""


@dataclass(frozen=True, slots=True)
class RunState:
    """How far a run is: ``read`` of ``size`` bytes of input (0: not known), rows and alerts so far."""

    read: int
    size: int
    rows: int
    alerts: int


@dataclass(frozen=True, slots=True)
class _Work:
    """What every worker knows."""

    model: Path | None
    journal: Journal
    options: Options
    names: tuple[str, ...]
    kind: str


_worker: tuple[_Work, Classifier] | None = None


def _start(work: _Work) -> None:
    """Load the model, once in each process."""
    global _worker
    _worker = (work, Classifier.load(work.model, work.options.point))


def _do(number: int, records: list[Record]) -> Counts:
    assert _worker
    work, classifier = _worker
    done = judge(classifier, records, work.options)
    rows = writers.encode(done.rows, work.names, work.kind)
    rejects = "".join(json.dumps(reject, ensure_ascii=False) + "\n" for reject in done.rejects).encode(
        "utf-8", "replace"
    )
    rejected = sum(reject["rows"] for reject in done.rejects)
    counts = Counts(
        sum(record.rows for record in records) - rejected,
        rejected,
        dict(Counter(row["action"] for row in done.rows)),
        dict(Counter(row["scheme"] for row in done.rows)),
        dict(Counter(reject["reason"] for reject in done.rejects).most_common(REJECT_KINDS)),
    )
    work.journal.finish(number, rows, rejects, counts)
    return counts


def score_files(
    inputs: Iterable[str],
    output: Path,
    options: Options,
    *,
    model: Path | None = None,
    processes: int = 1,
    resume: bool = False,
    show: Callable[[RunState], None] = lambda state: None,
) -> Summary:
    """Score ``inputs`` (see :func:`huashu_api.batch.files.find`) into ``output``, whose suffix tells its format.

    What cannot be scored goes to ``output``.rejects.jsonl. Both appear only when complete; until then
    ``output``.partial/ keeps what is done, for ``resume``. ``show`` is given the state after each chunk.

    Raises InputError when the inputs cannot be used (then nothing is left behind), OutputError when the output cannot
    be written or a worker dies (then a run with ``resume`` goes on), ArtifactError when the model cannot be used.
    """
    start = time.perf_counter()
    files = find(list(inputs), options.whole_files)
    kind = writers.format_of(output)
    names = tuple(writers.columns(options.text, options.keep))
    if resume and any(file.name == STDIN for file in files):
        raise InputError("standard input cannot be resumed; give a file")
    loaded = artifact.load(model or artifact.SHIPPED)  # without the segmenter, which only workers need
    loaded.manifest.operating_point(options.point)
    version = loaded.version
    journal, lock = journals.open_journal(output, _plan(files, options, version, kind), resume)
    notes: list[Note] = []
    try:
        with lock:
            chunks = _chunks(_read_all(files, options, notes, position := _Position()))
            work = _Work(model, journal, options, names, kind)
            results: dict[int, tuple[int, Counts]] = {}
            size = 0 if any(file.name == STDIN for file in files) else sum(file.size for file in files)
            rows = alerts = 0
            for number, given, counts in _results(chunks, work, processes):
                results[number] = (given, counts)
                rows += given
                alerts += counts.actions.get("alert", 0)
                show(RunState(position.bytes, size, rows, alerts))
            _finish(journal, len(results), output, names, kind)
    except InputError:
        journals.remove(journal)
        raise
    except BrokenProcessPool:
        raise OutputError(
            f"{output}: a worker process died, perhaps for want of memory; repeat with --resume and fewer --processes"
        ) from None
    except OSError as error:
        raise cannot_write(output, error, journals.CURE) from None
    total = journals.total([counts for _, counts in results.values()])
    given = sum(number for number, _ in results.values())
    if given != total.scored + total.rejected:
        raise OutputError(
            f"{output}: {given} rows were read, {total.scored + total.rejected} accounted for; report this"
        )
    journals.remove(journal)
    return Summary(given, total, len(files), tuple(notes), version, time.perf_counter() - start)


def _plan(files: list[File], options: Options, version: str, kind: str) -> dict[str, Any]:
    def stamp(file: File) -> list[Any]:
        changed = 0 if file.name == STDIN else os.stat(file.name).st_mtime_ns
        return [file.name, file.size, changed, file.whole]

    return {
        "inputs": [stamp(file) for file in files],
        "options": asdict(options) | {"columns": dict(options.columns), "keep": list(options.keep)},
        "model": version,
        "format": kind,
        "chunk": [CHUNK_RECORDS, CHUNK_CHARACTERS],
    }


class _Position:
    """Bytes of input that have been read."""

    def __init__(self) -> None:
        self.before = self.bytes = 0

    def set(self, place: int) -> None:
        self.bytes = self.before + place

    def next_file(self, size: int) -> None:
        self.before += size
        self.bytes = self.before


def _read_all(files: list[File], options: Options, notes: list[Note], position: _Position) -> Iterator[Record]:
    for file in files:
        yield from read(file, options, notes.append, position.set)
        position.next_file(file.size)


def _chunks(records: Iterable[Record]) -> Iterator[list[Record]]:
    chunk: list[Record] = []
    size = 0
    for record in records:
        chunk.append(record)
        source = record.source
        if source is not None:
            size += len(source) if isinstance(source, str) else sum(len(str(turn)) for turn in source)
        if len(chunk) >= CHUNK_RECORDS or size >= CHUNK_CHARACTERS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _results(chunks: Iterator[list[Record]], work: _Work, processes: int) -> Iterator[tuple[int, int, Counts]]:
    """``(number, rows given, counts)`` of every chunk, as they finish; finished ones of an earlier run first pass by.

    Only two chunks a process are in memory. A single chunk is not worth a pool.
    """
    todo: Iterator[tuple[int, list[Record]]] = zip(count(), chunks, strict=False)
    pending: dict[Future[Counts], tuple[int, int]] = {}
    pool: ProcessPoolExecutor | None = None
    try:
        for number, records in todo:
            given = sum(record.rows for record in records)
            done = work.journal.counts(number)
            if done is not None:
                yield number, given, done
                continue
            if processes == 1 or (pool is None and len(records) < CHUNK_RECORDS):
                if _worker is None or _worker[0] != work:
                    _start(work)
                yield number, given, _do(number, records)
                continue
            pool = pool or ProcessPoolExecutor(processes, get_context("spawn"), _start, (work,))
            pending[pool.submit(_do, number, records)] = (number, given)
            if len(pending) >= 2 * processes:
                yield from _finished(pending)
        while pending:
            yield from _finished(pending)
    finally:
        if pool:
            pool.shutdown(cancel_futures=True)


def _finished(pending: dict[Future[Counts], tuple[int, int]]) -> Iterator[tuple[int, int, Counts]]:
    for future in wait(pending, return_when=FIRST_COMPLETED).done:
        yield *pending.pop(future), future.result()


def _finish(journal: Journal, chunks: int, output: Path, names: tuple[str, ...], kind: str) -> None:
    """Put the parts together and give output and rejects their names, the output last."""
    rejects = output.with_name(output.name + ".rejects.jsonl")
    whole, refused = journal.folder / "output", journal.folder / "rejects"
    writers.assemble([journal.path(number, "rows") for number in range(chunks)], whole, names, kind)
    with refused.open("wb") as out:
        writers.concatenate([journal.path(number, "rejects") for number in range(chunks)], out)
    if refused.stat().st_size:
        os.replace(refused, rejects)
    else:
        rejects.unlink(missing_ok=True)
    os.replace(whole, output)
