"""``huashu train``: the artifact that it writes, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import run
from texts import LURE, ROOT, write_rows

pytestmark = pytest.mark.slow


def test_another_corpus_and_an_operating_point_of_its_own(tmp_path: Path) -> None:
    corpus = ROOT / "corpora" / "huashu_corpora" / "data" / "written" / "sales_trainer.jsonl"
    point = "desk=alerts:40,reviews:100,texts:20000,prevalence:0.002,reviewers:3"
    done = run("train", "--corpus", corpus, "-o", tmp_path, "--operating-point", point)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["default_operating_point"] == "desk"
    assert list(manifest["operating_points"]) == ["balanced", "desk", "strict", "wide"]
    assert manifest["operating_points"]["desk"]["expected"]["alerts_per_reviewer"][0] <= 40
    card = (tmp_path / "MODEL_CARD.md").read_text(encoding="utf-8")
    for heading in ("## Data", "## Method", "## Figures", "## Limits", "## Intended use", "## Misuse", "## Robustness"):
        assert heading in card
    assert json.loads(run("check", "--json", "--model", tmp_path, text=LURE).stdout)["action"]


def test_the_bad_line_is_named(tmp_path: Path) -> None:
    corpus = write_rows(tmp_path / "c.jsonl", {"id": "1", "text": "好", "scheme": "x", "register": "pitch"})
    done = run("train", "--corpus", corpus, "-o", tmp_path / "model")
    assert done.returncode == 3
    assert "c.jsonl:1: unknown scheme 'x'" in done.stderr


def test_a_rule_that_is_none_is_refused(tmp_path: Path) -> None:
    done = run("train", "--operating-point", "night", "-o", tmp_path / "model")
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert "operating point 'night'" in done.stderr


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    done = run("train", "-o", tmp_path / "file" / "model")
    assert done.returncode == 5
    assert "cannot be written (Not a directory); name another folder" in done.stderr
