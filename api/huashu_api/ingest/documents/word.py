"""Letters and tickets of word processors (docx)."""

from __future__ import annotations

from typing import IO

import docx
from docx.document import Document
from docx.table import Table
from docx.text.paragraph import Paragraph

from huashu.reading.dialogue import MAX_CHARACTERS
from huashu_api.ingest.packed import packed_problem

MAX_UNPACKED = 256 << 20
"""Bytes that the parts of a letter may come to, pictures included."""


def word_text(raw: IO[bytes]) -> tuple[str | None, str]:
    """The text of a letter in its order, the cells of a table parted by tabs; or None and the reason."""
    problem = packed_problem(raw, MAX_UNPACKED)
    if problem:
        return None, problem
    try:
        document = docx.Document(raw)
        return "\n".join(_lines(document)), ""
    except Exception as error:  # whatever is wrong inside: XML, relations, missing parts
        return None, f"is not a Word document, or damaged ({type(error).__name__})"


def _lines(document: Document) -> list[str]:
    lines: list[str] = []
    size = 0
    for block in document.iter_inner_content():
        found = _table(block) if isinstance(block, Table) else [block.text] if isinstance(block, Paragraph) else []
        size += sum(map(len, found))
        lines += found
        if size > 2 * MAX_CHARACTERS:
            break
    return lines


def _table(table: Table) -> list[str]:
    """A line a row; a cell that is merged over several columns stands once."""
    lines = []
    for row in table.rows:
        cells = list(dict.fromkeys(cell._tc for cell in row.cells))
        lines.append(
            "\t".join("".join(part.text or "" for part in tc.iter() if part.tag.endswith("}t")) for tc in cells)
        )
    return lines
