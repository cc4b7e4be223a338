"""A page as HTML (one file, no links out), Markdown and JSON."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

from huashu.errors import InputError
from huashu_training.report.page import Page, Table


def html(page: Page) -> str:
    """The page; everything but the figures' SVG is escaped."""
    from jinja2 import Environment

    template = files("huashu_training.report").joinpath("page.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.tests["table"] = lambda part: isinstance(part, Table)
    return environment.from_string(template).render(page=page)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _table(table: Table) -> list[str]:
    marks = ["---" if i < table.text_columns else "---:" for i in range(len(table.columns))]
    lines = [f"**{table.caption}**", ""] if table.caption else []
    lines += [f"| {' | '.join(map(_cell, table.columns))} |", f"|{'|'.join(marks)}|"]
    return [*lines, *(f"| {' | '.join(map(_cell, row))} |" for row in table.rows), ""]


def markdown(page: Page) -> str:
    """The page without its figures."""
    lines = [f"# {page.title}", "", *(f"- {name}: {value}" for name, value in page.about), ""]
    for section in page.sections:
        lines += [f"## {section.title}", "", section.note, ""]
        for part in section.parts:
            lines += _table(part) if isinstance(part, Table) else []
    return "\n".join(lines)


def as_json(page: Page) -> str:
    """The page without its figures, as data: ``about``, and of each section its tables."""
    data: dict[str, Any] = {"title": page.title, "about": dict(page.about), "sections": {}}
    for section in page.sections:
        tables = [asdict(part) for part in section.parts if isinstance(part, Table)]
        data["sections"][section.id] = {"title": section.title, "note": section.note, "tables": tables}
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def check_target(target: Path) -> None:
    """InputError unless ``target`` ends in .html and its folder is there: said before the work, not after it."""
    if target.suffix != ".html":
        raise InputError(f"{target}: the report is written as HTML; name a file that ends in .html")
    if not target.parent.is_dir():
        raise InputError(f"{target}: there is no folder {target.parent}; create it first")


def write(page: Page, target: Path) -> list[Path]:
    """Write ``target`` (.html), and .json and .md beside it, each whole or not at all; InputError when that fails."""
    check_target(target)
    written = []
    for suffix, content in ((".html", html(page)), (".json", as_json(page)), (".md", markdown(page))):
        path = target.with_suffix(suffix)
        partial = path.with_name(path.name + ".partial")
        try:
            partial.write_text(content, encoding="utf-8")
            os.replace(partial, path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise InputError(f"{path}: cannot be written ({error.strerror}); check folder and free space") from None
        written.append(path)
    return written
