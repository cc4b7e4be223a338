"""The picture of the house follows the code, and the pages that explain it name files that exist."""

from __future__ import annotations

import importlib.util
import re
from types import ModuleType

import pytest

from texts import ROOT

pytestmark = pytest.mark.slow

PAGES = [
    path.relative_to(ROOT).as_posix()
    for path in (*ROOT.glob("docs/*.md"), *ROOT.glob("*.md"))
    if path.name != "CHANGELOG.md"
]


def _drawing() -> ModuleType:
    spec = importlib.util.spec_from_file_location("draw_architecture", ROOT / "docs" / "draw_architecture.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_picture_is_what_the_code_gives() -> None:
    drawn = (ROOT / "docs" / "architecture.svg").read_text(encoding="utf-8")
    assert drawn == _drawing().draw(), "run: python docs/draw_architecture.py"


@pytest.mark.parametrize("page", PAGES)
def test_files_that_a_page_names_are_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    names = set(re.findall(r"(?:`|python )([\w/]+\.(?:py|md|toml|svg)|\w+/[\w/]+\.json)(?=[`\s])", text))
    known = {path.relative_to(ROOT).as_posix() for folder in FOLDERS for path in (ROOT / folder).rglob("*")}
    known |= {path.name for path in ROOT.iterdir()}
    missing = [name for name in sorted(names) if not any(("/" + path).endswith("/" + name) for path in known)]
    assert not missing


FOLDERS = ("api", "benchmarks", "corpora", "docs", "model", "tests", "training")
