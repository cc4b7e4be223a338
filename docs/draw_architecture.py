"""Draws ``docs/architecture.svg`` from the code: the four roots, their wings with what each says of itself, and which
wing imports which.

    python docs/draw_architecture.py [OUT.svg]

A test draws it again and compares, so that the picture cannot drift from the code.
"""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from html import escape
from importlib.util import find_spec
from pathlib import Path
from textwrap import shorten, wrap

import grimp

ROOTS = ("huashu_api", "huashu_training", "huashu_corpora", "huashu")
FOLDERS = {"huashu_api": "api/", "huashu_training": "training/", "huashu_corpora": "corpora/", "huashu": "model/"}
OUT = Path(__file__).parent / "architecture.svg"

WIDTH, HEIGHT, GAP, TOP = 272, 58, 12, 74
COLUMN = WIDTH + 92
LINE, LINES = 42, 2
"""Characters and lines of a wing's description that fit into its box."""


def wings(graph: grimp.ImportGraph, root: str) -> list[str]:
    """The packages and modules right under ``root``, those that import others of them first."""
    inside = sorted(graph.find_children(root))
    rank = dict.fromkeys(inside, 0)
    for _ in inside:  # longest path, without circles: as many rounds as wings are enough
        for wing in inside:
            below = [rank[other] + 1 for other in inside if other != wing and imports(graph, wing, other)]
            rank[wing] = max([rank[wing], *below])
    return sorted(inside, key=lambda wing: (-rank[wing], wing))


def imports(graph: grimp.ImportGraph, importer: str, imported: str) -> int:
    """How many imports go from one wing to another."""
    return sum(
        1
        for module in (importer, *graph.find_descendants(importer))
        for target in graph.find_modules_directly_imported_by(module)
        if target == imported or target.startswith(imported + ".")
    )


def description(module: str) -> str:
    """The first sentence of a module's docstring."""
    spec = find_spec(module)
    text = Path(spec.origin).read_text(encoding="utf-8") if spec and spec.origin else ""
    first = " ".join((ast.get_docstring(ast.parse(text)) or "").split("\n\n")[0].split())
    sentence = re.sub(r":\w+:|`", "", first).partition(". ")[0].rstrip(".")
    return sentence.rpartition(": ")[2]


def draw() -> str:
    """The picture as SVG."""
    graph = grimp.build_graph(*ROOTS, cache_dir=None)
    columns = {root: wings(graph, root) for root in ROOTS}
    place = {
        wing: (24 + COLUMN * number, TOP + row * (HEIGHT + GAP))
        for number, root in enumerate(ROOTS)
        for row, wing in enumerate(columns[root])
    }
    height = TOP + max(map(len, columns.values())) * (HEIGHT + GAP) + 20
    width = COLUMN * len(ROOTS)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="system-ui, sans-serif">',
        '<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'markerUnits="userSpaceOnUse" orient="auto">'
        '<path d="M0 0 8 4 0 8z" fill="#667"/></marker></defs>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
    ]
    for number, root in enumerate(ROOTS):
        x = 24 + COLUMN * number
        parts.append(f'<text x="{x}" y="34" font-size="20" font-weight="600">{FOLDERS[root]}</text>')
        about = shorten(description(root), LINE + 12, placeholder=" …")
        parts.append(f'<text x="{x}" y="54" font-size="12" fill="#556">{escape(about)}</text>')
    for root in ROOTS:
        parts += [
            arrow(place[importer], place[imported], count)
            for importer in columns[root]
            for imported in columns[root]
            if importer != imported and (count := imports(graph, importer, imported))
        ]
    crossing: Counter[tuple[str, str]] = Counter()
    for importer in ROOTS:
        for imported in ROOTS:
            if importer != imported and (count := imports(graph, importer, imported)):
                crossing[importer, imported] = count
    for wing, (x, y) in place.items():
        name = wing.rpartition(".")[2] + ("/" if graph.find_children(wing) else "")
        parts.append(
            f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="6" fill="#f3f6fa" stroke="#9ab"/>'
            f'<text x="{x + 10}" y="{y + 19}" font-size="14" font-weight="600">{escape(name)}</text>'
        )
        parts += [
            f'<text x="{x + 10}" y="{y + 35 + 14 * line}" font-size="11" fill="#445">{escape(text)}</text>'
            for line, text in enumerate(wrap(description(wing), LINE, max_lines=LINES, placeholder=" …"))
        ]
    told = "; ".join(f"{FOLDERS[a]} → {FOLDERS[b]} {count}" for (a, b), count in crossing.items())
    parts.append(f'<text x="24" y="{height - 8}" font-size="12" fill="#445">Imports between roots: {told}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def arrow(start: tuple[int, int], end: tuple[int, int], count: int) -> str:
    """An arc at the right of a column from one box to another, the bolder the more imports it stands for."""
    x, first, last = start[0] + WIDTH, start[1] + HEIGHT // 2, end[1] + HEIGHT // 2
    bulge = x + 12 + min(84, abs(last - first) // 9)
    width = min(3.0, 0.6 + count / 8)
    return (
        f'<path d="M{x} {first} C{bulge} {first} {bulge} {last} {x + 3} {last}" fill="none" stroke="#667" '
        f'stroke-width="{width:.1f}" opacity=".55" marker-end="url(#a)"/>'
    )


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else OUT).write_text(draw(), encoding="utf-8")
