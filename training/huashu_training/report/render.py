"""A page as HTML (one file, no links out), Markdown and JSON."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

from huashu.errors import InputError
from huashu_corpora.markdown import table as markdown_table
from huashu_training.figures import for_json
from huashu_training.report.page import Page, Section, Table

SUFFIXES = (".html", ".json", ".md")


def html(page: Page) -> str:
    """The page; everything but the figures' SVG is escaped."""
    from jinja2 import Environment  # noqa: PLC0415  (comes with an extra)

    template = files("huashu_training.report").joinpath("page.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.tests["table"] = lambda part: isinstance(part, Table)
    return environment.from_string(template).render(page=page)


def _table(table: Table) -> list[str]:
    caption = [f"**{table.caption}**", ""] if table.caption else []
    return [*caption, *markdown_table(table.columns, table.rows, table.text_columns), ""]


def _tables(section: Section) -> list[Table]:
    """All tables, those behind the figures included, in order."""
    return [table for part in section.parts for table in ([part] if isinstance(part, Table) else part.data)]


def markdown(page: Page) -> str:
    """The page; of its figures the numbers that they draw."""
    lines = [f"# {page.title}", "", *(f"- {name}: {value}" for name, value in page.about), ""]
    for section in page.sections:
        lines += [f"## {section.title}", "", section.note, ""]
        for table in _tables(section):
            lines += _table(table)
    return "\n".join(lines)


def as_json(page: Page) -> str:
    """The page as data: ``about``, ``numbers`` for programs (null for what was not measured), and of each section its
    tables as shown, those behind the figures included."""
    data: dict[str, Any] = {"title": page.title, "about": dict(page.about), "numbers": page.numbers, "sections": {}}
    for section in page.sections:
        tables = [asdict(table) for table in _tables(section)]
        data["sections"][section.id] = {"title": section.title, "note": section.note, "tables": tables}
    return json.dumps(for_json(data), ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def check_target(target: Path, inputs: Iterable[Path] = ()) -> None:
    """InputError unless ``target`` ends in .html, its folder is there and nothing that would be written is a folder or
    one of the ``inputs``: said before the work, not after it."""
    if target.suffix != ".html":
        raise InputError(f"{target}: the report is written as HTML; name a file that ends in .html")
    if not target.parent.is_dir():
        raise InputError(f"{target}: there is no folder {target.parent}; create it first")
    read = {path.resolve() for path in inputs}
    for path in map(target.with_suffix, SUFFIXES):
        if path.is_dir():
            raise InputError(f"{path}: is a folder; name another report")
        if path.resolve() in read:
            raise InputError(f"{path}: would be overwritten by the report; name another report")


def write(page: Page, target: Path) -> list[Path]:
    """Write ``target`` (.html), and .json and .md beside it: all three or none. OSError when that fails."""
    check_target(target)
    paths = [target.with_suffix(suffix) for suffix in SUFFIXES]
    partials = [path.with_name(path.name + ".partial") for path in paths]
    try:
        for partial, content in zip(partials, (html(page), as_json(page), markdown(page)), strict=True):
            partial.write_text(content, encoding="utf-8")
        for partial, path in zip(partials, paths, strict=True):
            os.replace(partial, path)
    finally:
        for partial in partials:
            partial.unlink(missing_ok=True)
    return paths
