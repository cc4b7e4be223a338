"""``huashu drift``: two periods, printed and drawn."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from huashu_api.cli.main import cli
from huashu_corpora import Document
from texts import write_rows

pytestmark = pytest.mark.slow


def test_what_has_changed_is_printed_and_drawn(documents: list[Document], tmp_path: Path) -> None:
    headline = [document for document in documents if document.scheme == "upgrade_fee"]
    paths = [
        write_rows(tmp_path / f"{name}.jsonl", *({"text": d.text} for d in some[:150]), {})
        for name, some in (("old", documents), ("new", headline))
    ]
    result = CliRunner().invoke(cli, ["drift", *map(str, paths), "-o", str(tmp_path / "drift.html")])
    assert result.exit_code == 0, result.output
    assert "| scheme | " in result.output
    assert "What rises among alerts" in result.output
    assert f"{paths[0]}: 1 rows left out, they cannot be judged" in result.output
    assert (tmp_path / "drift.html").read_text(encoding="utf-8").count("<svg") == 4
