"""Input files: which ones are meant."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from glob import glob
from pathlib import Path

from huashu import InputError

STDIN = "-"


@dataclass(frozen=True, slots=True)
class File:
    """An input file: its ``path``, ``name`` as shown, ``size`` in bytes (0 for standard input)."""

    path: str
    name: str
    size: int


def find(inputs: Sequence[str], besides: Collection[Path] = ()) -> list[File]:
    """The files that ``inputs`` (paths, folders, globs, ``-``) name, in their order; those of a folder by name.

    Folders are searched to any depth, without hidden files, links that lead out of the folder, and the files
    ``besides`` (resolved paths): those that are to be written. InputError when something is missing, unreadable or no
    file, or a folder has no files.
    """
    files: list[File] = []
    for name in inputs:
        if name == STDIN:
            files.append(File(STDIN, STDIN, 0))
            continue
        path = Path(name)
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if _belongs(p, path) and p.resolve() not in besides)
            if not inside:
                raise InputError(f"{name}: the folder has no files")
            files += [File(str(p), shown(p), p.stat().st_size) for p in inside]
        elif path.exists():
            files.append(_file(path))
        else:
            matched = sorted(p for p in map(Path, glob(name, recursive=True)) if p.is_file())
            if not matched:
                raise InputError(f"{name}: there is no such file; check the path")
            files += map(_file, matched)
    return files


def _belongs(path: Path, folder: Path) -> bool:
    """Whether a path below ``folder`` is one of its files: not hidden, and not a link to what is elsewhere."""
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return not hidden and path.is_file() and path.resolve().is_relative_to(folder.resolve())


def shown(path: Path | str) -> str:
    """A path as it can be printed and written, also where its name is no UTF-8."""
    return os.fsencode(path).decode("utf-8", "replace")


def digest(file: File) -> str:
    """SHA-256 of the file as it lies on the disk; empty for standard input and for what cannot be read."""
    if file.path == STDIN:
        return ""
    try:
        with open(file.path, "rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return ""


def _file(path: Path) -> File:
    if not path.is_file():
        raise InputError(f"{shown(path)}: is no regular file; to read from a pipe give - and send it to standard input")
    try:
        with path.open("rb"):
            return File(str(path), shown(path), path.stat().st_size)
    except OSError as error:
        raise InputError(f"{shown(path)}: cannot be read ({error.strerror}); check its permissions") from None
