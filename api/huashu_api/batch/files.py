"""Input files: finding, opening, decompressing and decoding them."""

from __future__ import annotations

import hashlib
import io
import os
import sys
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from glob import glob
from pathlib import Path
from typing import IO, Any

from huashu import InputError

STDIN = "-"
COMPRESSED = {".gz": "gzip", ".zst": "zstd"}
FORMATS = {
    ".csv": "csv", ".tsv": "tsv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".parquet": "parquet",
    ".txt": "txt",
}  # fmt: skip
_SAMPLE = 1 << 20
_PORTION = 1 << 14
_LONGEST_CODE = 4
"""Bytes of the longest character in UTF-8 and GB18030: what a sample may have cut off."""


@dataclass(frozen=True, slots=True)
class File:
    """An input file: its ``path``, ``name`` as shown, ``format`` a value of ``FORMATS``, ``compression`` gzip, zstd
    or None, ``size`` in bytes (0 for standard input), ``whole`` whether a text file is one text instead of a text a
    line."""

    path: str
    name: str
    format: str
    compression: str | None
    size: int
    whole: bool


def find(inputs: Sequence[str], whole: bool | None = None, besides: Collection[Path] = ()) -> list[File]:
    """The files that ``inputs`` (paths, folders, globs, ``-``) name, in their order; those of a folder by name.

    A .txt file named itself has a text a line; one found in a folder or by a glob is one text; ``whole`` overrides
    both. Folders are searched to any depth, without hidden files, links that lead out of the folder, and the files
    ``besides`` (resolved paths): those that are to be written. InputError when something is missing, unreadable or no
    file, or a folder has no files.
    """
    files: list[File] = []
    for name in inputs:
        if name == STDIN:
            files.append(File(STDIN, STDIN, "stdin", None, 0, False))
            continue
        path = Path(name)
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if _belongs(p, path) and p.resolve() not in besides)
            if not inside:
                raise InputError(f"{name}: the folder has no files")
            files += [_file(p, True if whole is None else whole) for p in inside]
        elif path.exists():
            files.append(_file(path, bool(whole)))
        else:
            matched = sorted(p for p in map(Path, glob(name, recursive=True)) if p.is_file())
            if not matched:
                raise InputError(f"{name}: there is no such file; check the path")
            files += [_file(p, True if whole is None else whole) for p in matched]
    return files


def _belongs(path: Path, folder: Path) -> bool:
    """Whether a path below ``folder`` is one of its files: not hidden, and not a link to what is elsewhere."""
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return not hidden and path.is_file() and path.resolve().is_relative_to(folder.resolve())


def shown(path: Path | str) -> str:
    """A path as it can be printed and written, also where its name is no UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def digest(file: File) -> str:
    """SHA-256 of the file as it lies on the disk; empty for standard input."""
    if file.path == STDIN:
        return ""
    with open(file.path, "rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _file(path: Path, whole: bool) -> File:
    if not path.is_file():
        raise InputError(f"{shown(path)}: is no regular file; to read from a pipe give - and send it to standard input")
    try:
        with path.open("rb"):
            size = path.stat().st_size
    except OSError as error:
        raise InputError(f"{shown(path)}: cannot be read ({error.strerror}); check its permissions") from None
    suffixes = [suffix.lower() for suffix in path.suffixes[-2:]]
    compression = COMPRESSED.get(suffixes[-1]) if suffixes else None
    inner = suffixes[:-1] if compression else suffixes
    return File(str(path), shown(path), FORMATS.get(inner[-1], "txt") if inner else "txt", compression, size, whole)


@contextmanager
def open_bytes(file: File) -> Iterator[tuple[io.BufferedReader, IO[bytes]]]:
    """``(stream, raw)``: the decompressed bytes, and the file under them, whose place tells the progress."""
    if file.path == STDIN:
        yield _buffered(sys.stdin.buffer), sys.stdin.buffer
        return
    with open(file.path, "rb") as raw:
        if file.compression is None:
            yield _buffered(raw), raw
            return
        import pyarrow as pa  # noqa: PLC0415  (30 MB, for compressed files only)

        with pa.CompressedInputStream(pa.PythonFile(raw, mode="r"), file.compression) as stream:
            yield _buffered(stream), raw


def _buffered(stream: IO[bytes]) -> io.BufferedReader:
    return io.BufferedReader(_Readable(stream), _SAMPLE)


class _Readable(io.RawIOBase):
    """A stream, Arrow's too, under a buffer that is large enough for a sample."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._failed: OSError | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        """As much as there is, in portions: what came before the place where a file is cut off is not lost."""
        if self._failed:
            raise self._failed
        filled = 0
        while filled < len(buffer):
            try:
                data = self._stream.read(min(_PORTION, len(buffer) - filled))
            except OSError as error:
                self._failed = error
                if not filled:
                    raise
                break
            if not data:
                break
            buffer[filled : filled + len(data)] = data
            filled += len(data)
        return filled


def encoding_of(stream: io.BufferedReader) -> str | None:
    """The encoding of a text stream by its first megabyte, which stays to be read: ``utf-8-sig``, ``utf-16`` or
    ``gb18030``; None for bytes that are no text."""
    sample = peek(stream)
    if sample[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if b"\0" in sample:
        return None
    cut = len(sample) == _SAMPLE
    for encoding in ("utf-8", "gb18030"):
        for shorter in range(_LONGEST_CODE if cut else 1):
            try:
                sample[: len(sample) - shorter].decode(encoding)
            except UnicodeDecodeError:
                continue
            return "utf-8-sig" if encoding == "utf-8" else encoding
    return "gb18030" if _share_decoded(sample, "gb18030") > _share_decoded(sample, "utf-8") else "utf-8-sig"


def _share_decoded(sample: bytes, encoding: str) -> float:
    """How much of a sample with broken places is text in ``encoding``."""
    lines = sample.split(b"\n")
    return sum(_decodes(line, encoding) for line in lines) / len(lines)


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def peek(stream: io.BufferedReader) -> bytes:
    """Up to a megabyte from the stream's beginning, which stays to be read."""
    sample = stream.peek(_SAMPLE)
    return sample[:_SAMPLE]
