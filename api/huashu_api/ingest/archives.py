"""Archives: zip and tar, within bounds."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Iterator
from typing import IO

from huashu_api.ingest.opening import buffered

MAX_MEMBERS, MAX_DEPTH = 10_000, 3
"""Files in an archive, and archives within one another."""
MAX_MEMBER, MAX_TOTAL = 512 << 20, 4 << 30
"""Bytes that a member, and all of them, may unpack to."""
RATIO, FREE = 200, 4 << 20
"""A member may be so many times as large as it is packed, once it is larger than the second number of bytes."""

Member = tuple[str, io.BufferedReader | str]
"""A member's name and its bytes, or what is wrong with it."""


def zip_members(raw: IO[bytes]) -> Iterator[Member]:
    """The files in a zip archive, in its order. Only names are taken from it, never paths on this machine."""
    try:
        archive = zipfile.ZipFile(raw)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        yield "", "the archive is damaged or cut off"
        return
    total = 0
    with archive:
        for count, info in enumerate(archive.infolist(), 1):
            name = _zip_name(info)
            if count > MAX_MEMBERS:
                yield "", f"the archive holds more than {MAX_MEMBERS:,} files; the rest was not read"
                return
            if info.is_dir() or _is_hidden(name):
                continue
            total += info.file_size
            if info.flag_bits & 1:
                yield name, "is protected by a password; pack it without one"
            elif info.file_size > MAX_MEMBER or total > MAX_TOTAL:
                yield (
                    name,
                    f"unpacks to more than {MAX_MEMBER >> 20} MB, or with those before it to {MAX_TOTAL >> 30} GB",
                )
            elif info.file_size > max(FREE, RATIO * info.compress_size):
                yield name, f"unpacks to more than {RATIO} times its size"
            else:
                try:
                    with archive.open(info) as member:
                        yield name, buffered(member)
                except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
                    yield name, "is damaged, or packed in a way that cannot be read"


def _zip_name(info: zipfile.ZipInfo) -> str:
    """The name of a member; without the mark for UTF-8 it is in the encoding of a Chinese system, if in any."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return info.filename


def tar_members(stream: io.BufferedReader) -> Iterator[Member]:
    """The files in a tar archive, read as a stream; links, devices and folders are passed over."""
    total = 0
    try:
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            for count, info in enumerate(archive, 1):
                if count > MAX_MEMBERS:
                    yield "", f"the archive holds more than {MAX_MEMBERS:,} files; the rest was not read"
                    return
                if not info.isfile() or _is_hidden(info.name):
                    continue
                total += info.size
                if info.size > MAX_MEMBER or total > MAX_TOTAL:
                    yield (
                        info.name,
                        f"is larger than {MAX_MEMBER >> 20} MB, or with those before it than {MAX_TOTAL >> 30} GB",
                    )
                    continue
                member = archive.extractfile(info)
                if member is not None:
                    yield info.name, buffered(member)
    except (tarfile.TarError, OSError, EOFError, ValueError):
        yield "", "the archive is damaged or cut off"


def _is_hidden(name: str) -> bool:
    return any(
        part.startswith((".", "__MACOSX")) for part in name.replace("\\", "/").split("/") if part not in (".", "..")
    )
