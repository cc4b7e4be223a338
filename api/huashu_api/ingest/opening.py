"""Streams of bytes: opened, unpacked, looked into, made seekable."""

from __future__ import annotations

import gzip
import io
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from huashu_api.ingest.finding import STDIN, File

SAMPLE = 1 << 20
"""Bytes of a stream's beginning that can be looked at."""
_PORTION = 1 << 14
MAX_SEEKABLE = 512 << 20
"""Bytes of a file that has to be read at any place; those inside archives and mail are put on disk for it."""
_IN_MEMORY = 8 << 20
GZIP, ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"


@contextmanager
def open_bytes(file: File) -> Iterator[tuple[io.BufferedReader, IO[bytes]]]:
    """``(stream, raw)``: the bytes, and the file under them, whose place tells the progress."""
    if file.path == STDIN:
        yield buffered(sys.stdin.buffer), sys.stdin.buffer
        return
    with open(file.path, "rb") as raw:
        yield buffered(raw), raw


def buffered(stream: IO[bytes] | Any) -> io.BufferedReader:
    """``stream`` under a buffer that is large enough to look at its beginning."""
    return io.BufferedReader(_Readable(stream), SAMPLE)


def unpacked(stream: io.BufferedReader) -> io.BufferedReader | None:
    """What a stream in gzip or zstd holds; None for any other."""
    head = peek(stream)[:4]
    if head.startswith(GZIP):
        return buffered(gzip.GzipFile(fileobj=stream))
    if head == ZSTD:
        import pyarrow as pa  # noqa: PLC0415  (30 MB, for files in zstd only)

        return buffered(pa.CompressedInputStream(pa.PythonFile(stream, mode="r"), "zstd"))
    return None


class _Readable(io.RawIOBase):
    """A stream, an unpacked one too, to be put under a buffer."""

    def __init__(self, stream: IO[bytes] | Any) -> None:
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
            except Exception as error:  # each way of packing has its own
                self._failed = error if isinstance(error, OSError) else OSError(f"{type(error).__name__}")
                self._failed.strerror = self._failed.strerror if isinstance(error, OSError) else None
                if not filled:
                    raise self._failed from None
                break
            if not data:
                break
            buffer[filled : filled + len(data)] = data
            filled += len(data)
        return filled


def peek(stream: io.BufferedReader) -> bytes:
    """Up to a megabyte from the stream's beginning, which stays to be read."""
    return stream.peek(SAMPLE)[:SAMPLE]


@contextmanager
def seekable(stream: io.BufferedReader, raw: IO[bytes] | None) -> Iterator[IO[bytes] | None]:
    """A file with the stream's bytes, to be read at any place: ``raw`` where it is one, else a temporary one without a
    name; None when it would be larger than ``MAX_SEEKABLE``."""
    if raw is not None and raw.seekable():
        if raw.seek(0, io.SEEK_END) > MAX_SEEKABLE:
            yield None
        else:
            raw.seek(0)
            yield raw
        return
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as copy:
        size = 0
        while data := stream.read(1 << 20):
            size += len(data)
            if size > MAX_SEEKABLE:
                yield None
                return
            copy.write(data)
        copy.seek(0)
        yield copy
