"""What the readers share: files, encodings, tables and JSON, with the place of every row for error messages."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from huashu.errors import InputError
from huashu.files import read_bytes

Classes = Mapping[str, tuple[str, str]]
"""A set's classes as they stand in its files -> (scheme, register)."""


@dataclass(frozen=True, slots=True)
class Row:
    """One text of a set with its labels; ``where`` is ``file:line``, ``kind`` the set's own class."""

    where: str
    text: str
    kind: str
    scheme: str
    register: str


def labelled(where: str, text: str, kind: str, classes: Classes) -> Row:
    """The row of a text of class ``kind``; InputError if ``classes`` does not know it."""
    if kind not in classes:
        raise InputError(f"{where}: unknown class {kind!r}; expected one of {', '.join(classes)}")
    return Row(where, text, kind, *classes[kind])


def files_in(path: Path, *patterns: str) -> list[Path]:
    """``path`` itself if it is no folder, else the files under it that match a glob, by name, without hidden ones."""
    if not path.exists():
        raise InputError(f"{path}: cannot be read (no such file or folder); check the path")
    if not path.is_dir():
        return [path]
    found = {file for pattern in patterns for file in path.rglob(pattern) if file.is_file()}
    found = {file for file in found if not any(part.startswith(".") for part in file.relative_to(path).parts)}
    if not found:
        raise InputError(f"{path}: the folder has no file like {' or '.join(patterns)}; name the file itself")
    return sorted(found)


_UTF8_SURE = 16
"""So many characters beyond ASCII that are valid UTF-8 do not open a GB18030 file: what follows is a damaged byte."""


def read_either(path: Path) -> str:
    """The text of a UTF-8 (with or without byte order mark) or GB18030 file; InputError if it is neither or cannot be
    read."""
    data = read_bytes(path).removeprefix(codecs.BOM_UTF8)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        valid = data[: error.start].decode("utf-8")
    if sum(not character.isascii() for character in valid) < _UTF8_SURE:
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode("gb18030").removeprefix("\ufeff")
    line = valid.count("\n") + 1
    raise InputError(f"{path}:{line}: is neither UTF-8 nor GB18030 from here on; convert or repair the file first")


def table(path: Path, *columns: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """``(file:line, cells)`` of a table with a header line, the cells in the order of ``columns``.

    Each column is given by the names that it may have, in any case. Cells are separated by tabs if the header has one
    (then quotation marks mean nothing), else by commas. Blank lines are left out.
    """
    text = read_either(path)
    tabs = "\t" in text.partition("\n")[0]
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter="\t" if tabs else ",", quoting=csv.QUOTE_NONE if tabs else csv.QUOTE_MINIMAL)
    expected = " and ".join(names[0] for names in columns)
    places: list[int] = []
    while True:
        where = f"{path}:{reader.line_num + 1}"
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise InputError(f"{where}: cannot be read as a table ({error}); a quotation mark left open?") from None
        if cells is None:
            break
        if not any(cell.strip() for cell in cells):
            continue
        if not places:
            header = [cell.strip().lower() for cell in cells]
            for names in columns:
                known = [header.index(name.lower()) for name in names if name.lower() in header]
                if not known:
                    raise InputError(f"{where}: expected a header with the columns {expected}, not {', '.join(cells)}")
                places.append(known[0])
        elif len(cells) <= max(places):
            raise InputError(f"{where}: the row has {len(cells)} column(s); expected {expected}")
        else:
            yield where, [cells[place] for place in places]
    if not places:
        raise InputError(f"{path}: the file is empty; expected a header with the columns {expected}")


_BETWEEN = re.compile(r"[\s,\[\]]*")


def json_objects(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """``(file:line, object)`` of a file that holds a JSON array of objects, or objects one after the other."""
    text = read_either(path)
    decoder = json.JSONDecoder()
    place, line, counted = 0, 1, 0
    while match := _BETWEEN.match(text, place):
        place = match.end()
        if place == len(text):
            return
        line += text.count("\n", counted, place)
        counted = place
        try:
            value, place = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            raise InputError(
                f"{path}:{error.lineno}: is not valid JSON ({error.msg} at column {error.colno})"
            ) from None
        if not isinstance(value, dict):
            raise InputError(f"{path}:{line}: expected a JSON object, not {json.dumps(value, ensure_ascii=False)}")
        yield f"{path}:{line}", value
