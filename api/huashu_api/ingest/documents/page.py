"""Saved web pages, and the tables that systems write as pages under a workbook's name."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from huashu.reading.dialogue import MAX_CHARACTERS

MAX_PAGE = 20 * MAX_CHARACTERS
"""Characters that are read of a page."""
_BLOCKS = frozenset(
    ("p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "table", "blockquote", "section", "dt", "dd")
)
_HIDDEN = frozenset(("script", "style", "head", "template"))
_ROWS, _CELLS = ("tr", "row"), ("td", "th", "cell")
_LARGEST_SPAN = 100
_DECLARED = re.compile(r"\A\s*<\?xml[^>]{0,200}\?>")


def page_text(page: str) -> str:
    """The text of a page, a line a block, cells parted by blanks."""
    text: list[str] = []
    root = _parsed(page)
    if root is not None:
        _collect(root, text)
    return "\n".join(line for line in (" ".join(part.split()) for part in "".join(text).split("\n")) if line)


def page_tables(page: str) -> list[list[list[str | None]]]:
    """The cells of each table of a page, or of each sheet of a workbook in XML (Excel 2003), row by row. A cell over
    several columns or rows has its text in the first."""
    root = _parsed(page)
    if root is None:
        return []
    tables: dict[int, list[list[str | None]]] = {}
    for row in root.iter():
        if _name(row) in _ROWS:
            holder = next((one for one in row.iterancestors() if _name(one) == "table"), root)
            tables.setdefault(id(holder), []).append(list(_cells(row)))
    return list(tables.values())


def _parsed(page: str) -> etree._Element | None:
    """The tree of a page, mended where it is broken; None where there is none. Nothing outside it is loaded."""
    page = page[:MAX_PAGE].lstrip("\ufeff")
    parser: etree.XMLParser | etree.HTMLParser
    if "urn:schemas-microsoft-com:office:spreadsheet" in page[:4000]:
        parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, remove_comments=True)
    else:
        parser = etree.HTMLParser(recover=True, no_network=True, remove_comments=True, remove_pis=True)
    try:
        # The declaration names the encoding that the page had before it was decoded.
        found: etree._Element | None = etree.fromstring(_DECLARED.sub("", page), parser)
    except (etree.LxmlError, ValueError):
        return None
    return found


def _name(element: etree._Element) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _collect(root: etree._Element, text: list[str]) -> None:
    for event, element in etree.iterwalk(root, events=("start", "end")):
        name = _name(element)
        if event == "start":
            if name in _BLOCKS:
                text.append("\n")
            elif name in ("td", "th"):
                text.append(" ")
            if element.text and not _is_hidden(element):
                if name == "span" and element.text[:1].isdigit():
                    text.append(" ")  # a time behind a name
                text.append(element.text)
        else:
            if name in _BLOCKS:
                text.append("\n")
            parent = element.getparent()
            if element.tail and (parent is None or not _is_hidden(parent)):
                text.append(element.tail)


def _is_hidden(element: etree._Element) -> bool:
    return _name(element) in _HIDDEN or not _name(element)


def _cells(row: etree._Element) -> Iterator[str | None]:
    """The cells of a row; ``ss:Index`` of Excel 2003 leaves empty ones out."""
    place = 0
    for element in row:
        if _name(element) not in _CELLS:
            continue
        attributes = {str(key).rpartition("}")[2].rpartition(":")[2].lower(): value for key, value in element.items()}
        index = str(attributes.get("index", ""))
        if index.isdigit() and place < int(index) <= place + _LARGEST_SPAN:
            yield from (None for _ in range(int(index) - 1 - place))
            place = int(index) - 1
        words = "".join(element.itertext()).replace("\xa0", " ").strip()
        yield words or None
        place += 1
        span = str(attributes.get("colspan") or "")
        extra = min(int(span), _LARGEST_SPAN) - 1 if span.isdigit() else 0
        yield from (None for _ in range(extra))
        place += max(0, extra)
