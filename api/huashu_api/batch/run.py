"""A run from inputs to output: items are cut into chunks, the chunks are scored, their parts are put together."""

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
from huashu_api.batch.chunks import CHUNK_CHARACTERS, CHUNK_ITEMS, FinishedChunk, Work, chunks_of, score_chunks
from huashu_api.batch.journal import Journal
from huashu_api.batch.options import Options
from huashu_api.batch.summary import Summary
from huashu_api.batch.tally import total
from huashu_api.errors import OutputError, cannot_write
from huashu_api.ingest import STDIN, File, Item, Note, find, read
from huashu_api.ingest.finding import digest, shown

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
    """Score ``inputs`` (see :func:`huashu_api.ingest.find`) into ``output``, whose suffix tells its format.

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
    files = find(list(inputs), {target.resolve() for target in targets})
    _check_targets(targets, files, force or (resume and journals.is_unfinished(output)))
    writers.columns(options, output_format)
    from_stdin = any(file.path == STDIN for file in files)
    if resume and from_stdin:
        raise InputError("standard input cannot be resumed; give a file")
    version = _usable(model, options.point)
    journal, lock = journals.open_journal(output, _plan(files, options, version, output_format), resume)
    notes: list[Note] = []
    position = _Position()
    finished: dict[int, FinishedChunk] = {}
    rows = alerts = 0
    try:
        with lock:
            work = Work(model, journal, options, output_format)
            size = 0 if from_stdin else sum(file.size for file in files)
            for chunk in score_chunks(chunks_of(_read_all(files, options, notes, position)), work, processes):
                finished[chunk.number] = chunk
                rows += chunk.rows
                alerts += chunk.counts.actions.get("alert", 0)
                show(RunState(position.bytes, size, rows, alerts))
            counts = total([chunk.counts for chunk in finished.values()])
            summary = Summary(rows, counts, len(files), tuple(notes), version, time.perf_counter() - start)
            _put_together(journal, len(finished), output, options, output_format, summary)
    except InputError:
        journals.remove(journal)
        raise
    except BrokenProcessPool:
        raise OutputError(
            f"{output}: a worker process died, perhaps for want of memory; repeat with --resume and fewer --processes"
        ) from None
    except OSError as error:
        raise cannot_write(output, error, journals.CURE) from None
    if rows != counts.scored + counts.rejected:
        raise OutputError(
            f"{output}: {rows} rows were read, {counts.scored + counts.rejected} accounted for; report this"
        )
    journals.remove(journal)
    return summary


def _usable(model: Path | None, point: str | None) -> str:
    """The version of a model that workers can use; it is let go of again. Errors as of :func:`score_files`."""
    loaded = artifact.load(model or artifact.SHIPPED)  # without the segmenter, which only workers need
    loaded.manifest.operating_point(point)
    return loaded.version


def rejects_of(output: Path) -> Path:
    """Where what cannot be judged goes."""
    return output.with_name(output.name + ".rejects.jsonl")


def check_report(report: Path, output: Path, inputs: Sequence[str], force: bool) -> None:
    """Before a run: whether its summary page can be written; errors as of :func:`score_files`."""
    if report.suffix.lower() != ".html":
        raise InputError(f"{shown(report)}: the page's name has to end in .html")
    if report.resolve() in (output.resolve(), rejects_of(output).resolve()):
        raise InputError(f"{shown(report)}: is the output; name another page")
    _check_targets((report,), find(inputs, {report.resolve()}), force)


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
        "inputs": [[file.name, digest(file)] for file in files],
        "options": asdict(options),
        "model": version,
        "format": output_format,
        "chunk": [CHUNK_ITEMS, CHUNK_CHARACTERS],
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


def _read_all(files: list[File], options: Options, notes: list[Note], position: _Position) -> Iterator[Item]:
    for file in files:
        yield from read(file, options, notes.append, position.set)
        position.next_file(file.size)


def _put_together(
    journal: Journal, chunks: int, output: Path, options: Options, output_format: str, summary: Summary
) -> None:
    """Make output and rejects of the chunks' parts and give them their names, the output last."""
    rejects = rejects_of(output)
    whole, refused = journal.folder / "output", journal.folder / "rejects"
    rows, others = ([journal.path(number, kind) for number in range(chunks)] for kind in ("rows", "rejects"))
    writers.assemble(rows, others, whole, options, output_format, summary.table())
    with refused.open("wb") as out:
        writers.concatenate(others, out)
    if refused.stat().st_size:
        refused.chmod(PRIVATE)
        os.replace(refused, rejects)
    else:
        rejects.unlink(missing_ok=True)
    whole.chmod(PRIVATE)
    os.replace(whole, output)
