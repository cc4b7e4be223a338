"""Options about what is read, which several commands share, and what becomes of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import click

from huashu import InputError, Source
from huashu.files import read_text
from huashu.masking import mask_pieces
from huashu.reading.dialogue import parse
from huashu_api.ingest import Item, Note, ReadOptions, find, read
from huashu_api.ingest.tables.columns import NAMES

USES = ("text", "id", "role", "begin")
SHOWN, EXCERPT = 3, 60
"""So many items a file are shown by a dry run, by so many characters of each."""


def text_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """``--text`` and ``--columns``."""
    for option in (
        click.option(
            "--columns", "mapping", type=click.Path(path_type=Path), default=None, metavar="FILE.json",
            help='Columns by file: {"a.xlsx": {"text": "正文", "id": "工单号"}}.',
        ),
        click.option(
            "--text", multiple=True, metavar="[FILE=]COLUMN",
            help="Column of the text or dialogue, of one file or of all (default: guessed and shown); may be repeated.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def columns_of(
    text: Sequence[str], mapping: Path | None, **others: str | None
) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """``(columns, by_file)`` of :class:`huashu_api.ingest.ReadOptions` as the options of the command line say it.
    InputError for a mapping file that is none."""
    columns = {use: name for use, name in others.items() if name is not None}
    by_file = _mapping(mapping) if mapping else {}
    for given in text:
        file, equals, column = given.rpartition("=")
        if equals:
            by_file.setdefault(file, {})["text"] = column
        else:
            columns["text"] = column
    return columns, by_file


def _mapping(path: Path) -> dict[str, dict[str, str]]:
    try:
        content = json.loads(read_text(path))
    except ValueError:
        raise InputError(f"{path}: is not valid JSON") from None
    good = isinstance(content, dict) and all(
        isinstance(columns, dict) and all(use in NAMES and isinstance(name, str) for use, name in columns.items())
        for columns in content.values()
    )
    if not good:
        raise InputError(f'{path}: has to be like {{"a.xlsx": {{"text": "正文"}}}}; known are {", ".join(NAMES)}')
    return content  # type: ignore[no-any-return]


def items_of(paths: Iterable[str], options: ReadOptions, on_note: Callable[[Note], None]) -> Iterator[Item]:
    """The items of all files that ``paths`` name; InputError as of :func:`huashu_api.ingest.find`."""
    for file in find(list(paths)):
        yield from read(file, options, on_note)


def sources_of(path: Path, options: ReadOptions) -> list[Source]:
    """The texts and dialogues of a file or folder; says on standard error how it was read and how many are none."""
    notes: list[Note] = []
    sources, refused = [], 0
    for item in items_of([str(path)], options, notes.append):
        if item.source is None:
            refused += item.rows
        else:
            sources.append(item.source)
    for note in notes:
        click.echo(str(note), err=True)
    if refused:
        click.echo(f"{path}: {refused} rows left out, they cannot be judged", err=True)
    return sources


def show_plan(paths: Sequence[str], options: ReadOptions) -> tuple[int, int]:
    """Print what would be read of each file: how, and its first items, masked; ``(items, refused)`` of those looked
    at."""
    good = refused = 0
    for file in find(list(paths)):
        notes: list[Note] = []
        items = list(islice(read(file, options, notes.append), SHOWN))
        for note in notes:
            click.echo(str(note))
        for item in items:
            problem = _problem(item)
            refused, good = refused + bool(problem), good + (not problem)
            click.echo(f"  {place(item)}: {problem or excerpt(item.source or '')}")
        if not notes and not items:
            click.echo(f"{file.name}: nothing to read")
    return good, refused


def _problem(item: Item) -> str:
    """Why an item cannot be judged; empty where it can."""
    if item.source is None:
        return item.problem
    try:
        parse(item.source)
        return ""
    except InputError as error:
        return str(error)


def place(item: Item) -> str:
    """Where an item stands, for people."""
    parts: Mapping[str, Any] = {"": item.file, "sheet": item.sheet, "row": item.row, "id": item.id, "case": item.case}
    return " ".join(f"{name} {value}".strip() for name, value in parts.items() if value)


def excerpt(source: Source) -> str:
    """The beginning of a source, masked; of a call how many turns by how many speakers."""
    pieces = mask_pieces(source)
    said = " / ".join(piece.strip().replace("\n", " ") for piece in pieces[:4])
    shown = said[:EXCERPT] + "…" * (len(said) > EXCERPT)
    if isinstance(source, str):
        return shown
    speakers = len({str(turn.get("role")) for turn in source})
    return f"[{len(source)} turns, {speakers} speakers] {shown}"
