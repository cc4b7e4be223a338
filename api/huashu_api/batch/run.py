"""A run from inputs to output: records are cut into chunks, the chunks are scored, their parts are put together."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures.process import BrokenProcessPool
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from huashu import InputError, artifact
from huashu_api.batch import journal as journals
from huashu_api.batch import writers
from huashu_api.batch.chunks import CHUNK_CHARACTERS, CHUNK_RECORDS, FinishedChunk, Work, chunks_of, score_chunks
from huashu_api.batch.files import STDIN, File, digest, find, shown
from huashu_api.batch.journal import Journal
from huashu_api.batch.reading import read
from huashu_api.batch.records import Note, Options, Record
from huashu_api.batch.summary import Summary
from huashu_api.errors import OutputError, cannot_write

PRIVATE = 0o600
"""Mode of what holds texts."""


@dataclass(frozen=True, slots=True)
class RunState:
    """How far a run is: ``read`` of ``size`` bytes of input (0: not known), rows and alerts so far."""

    read: int
    size: int
    rows: int
    alerts: int


def score_files(
    inputs: Iterable[str],
    output: Path,
    options: Options,
    *,
    model: Path | None = None,
    processes: int = 1,
    force: bool = False,
    resume: bool = False,
    show: Callable[[RunState], None] = lambda state: None,
) -> Summary:
    """Score ``inputs`` (see :func:`huashu_api.batch.files.find`) into ``output``, whose suffix tells its format.

    What cannot be scored goes to ``output``.rejects.jsonl. Both appear only when complete; until then
    ``output``.partial/ keeps what is done, for ``resume``. ``show`` is given the state after each chunk. What is
    written can be read by its owner alone.

    Raises InputError when the inputs cannot be used, or one of them would be written over (then nothing is left
    behind), OutputError when the output exists (unless ``force``), cannot be written, or a worker dies (then a run
    with ``resume`` goes on), ArtifactError when the model cannot be used.
    """
    start = time.perf_counter()
    output_format = writers.format_of(output)
    targets = (output, rejects_of(output))
    files = find(list(inputs), options.whole_files, {target.resolve() for target in targets})
    _check_targets(targets, files, force or (resume and journals.is_unfinished(output)))
    columns = tuple(writers.columns(options.text, options.keep))
    from_stdin = any(file.path == STDIN for file in files)
    if resume and from_stdin:
        raise InputError("standard input cannot be resumed; give a file")
    loaded = artifact.load(model or artifact.SHIPPED)  # without the segmenter, which only workers need
    loaded.manifest.operating_point(options.point)
    journal, lock = journals.open_journal(output, _plan(files, options, loaded.version, output_format), resume)
    notes: list[Note] = []
    position = _Position()
    finished: dict[int, FinishedChunk] = {}
    rows = alerts = 0
    try:
        with lock:
            work = Work(model, journal, options, columns, output_format)
            size = 0 if from_stdin else sum(file.size for file in files)
            for chunk in score_chunks(chunks_of(_read_all(files, options, notes, position)), work, processes):
                finished[chunk.number] = chunk
                rows += chunk.rows
                alerts += chunk.counts.actions.get("alert", 0)
                show(RunState(position.bytes, size, rows, alerts))
            _put_together(journal, len(finished), output, columns, output_format)
    except InputError:
        journals.remove(journal)
        raise
    except BrokenProcessPool:
        raise OutputError(
            f"{output}: a worker process died, perhaps for want of memory; repeat with --resume and fewer --processes"
        ) from None
    except OSError as error:
        raise cannot_write(output, error, journals.CURE) from None
    total = journals.total([chunk.counts for chunk in finished.values()])
    if rows != total.scored + total.rejected:
        raise OutputError(
            f"{output}: {rows} rows were read, {total.scored + total.rejected} accounted for; report this"
        )
    journals.remove(journal)
    return Summary(rows, total, len(files), tuple(notes), loaded.version, time.perf_counter() - start)


def rejects_of(output: Path) -> Path:
    """Where what cannot be judged goes."""
    return output.with_name(output.name + ".rejects.jsonl")


def _check_targets(targets: Sequence[Path], files: Sequence[File], force: bool) -> None:
    """InputError when an input would be written over, OutputError when something else would be without ``force``."""
    read = {Path(file.path).resolve() for file in files}
    for target in targets:
        if target.resolve() in read:
            raise InputError(f"{shown(target)}: is an input; name another output")
        if target.exists() and not force:
            raise OutputError(f"{shown(target)}: exists already; add --force to write over it, or name another output")


def _plan(files: list[File], options: Options, version: str, output_format: str) -> dict[str, Any]:
    """All that the output depends on: a run is resumed only under the same."""

    return {
        "inputs": [[file.name, digest(file), file.whole] for file in files],
        "options": asdict(options) | {"columns": dict(options.columns), "keep": list(options.keep)},
        "model": version,
        "format": output_format,
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


def _put_together(journal: Journal, chunks: int, output: Path, columns: tuple[str, ...], output_format: str) -> None:
    """Make output and rejects of the chunks' parts and give them their names, the output last."""
    rejects = rejects_of(output)
    whole, refused = journal.folder / "output", journal.folder / "rejects"
    writers.assemble([journal.path(number, "rows") for number in range(chunks)], whole, columns, output_format)
    with refused.open("wb") as out:
        writers.concatenate([journal.path(number, "rejects") for number in range(chunks)], out)
    if refused.stat().st_size:
        refused.chmod(PRIVATE)
        os.replace(refused, rejects)
    else:
        rejects.unlink(missing_ok=True)
    whole.chmod(PRIVATE)
    os.replace(whole, output)
