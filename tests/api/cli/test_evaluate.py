"""``huashu evaluate``: rates, the report, and rows that figures must not rest on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from commands import run
from huashu_api.cli.main import cli
from huashu_corpora import Document
from huashu_training.train import Training
from texts import LURE, PLAIN, write_rows

pytestmark = pytest.mark.slow


def test_rates_by_file_and_label(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [
        {"text": LURE, "label": "upgrade_fee", "tactics": [{"tactic": "device_expiry", "quote": "终端备案到期"}]},
        {"text": PLAIN, "label": "none"},
        {"text": LURE, "scheme": "upgrade_fee", "register": "report"},
    ]
    result = CliRunner().invoke(cli, ["evaluate", str(write_rows(tmp_path / "rows.jsonl", *rows))])
    assert result.exit_code == 0, result.output
    assert "| rows | upgrade_fee | 1 | 1 (100.00%) | 1 (100.00%) | 100.0% |" in result.output
    assert "| rows | none | 1 | 0 (0.00%) | 0 (0.00%) |  |" in result.output
    assert "| rows | upgrade_fee (report) | 1 |" in result.output
    assert "Moves in rows: 1 marked" in result.output


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"text": "好"}', "needs a 'label' or a 'scheme'"),
        ("[]", "is not a JSON object"),
        ("{", "rows.jsonl:1: "),
        ('{"text": "好", "label": "none"}\n{"text": " ", "label": "none"}', "rows.jsonl:2: the text is empty"),
    ],
    ids=str,
)
def test_the_bad_row_is_named(line: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(line, encoding="utf-8")
    done = run("evaluate", tmp_path / "rows.jsonl")
    assert done.returncode == 3
    assert message in done.stderr


def _quotes(document: Document) -> list[dict[str, str]]:
    return [{"tactic": mark.tactic, "quote": document.text[mark.start : mark.end]} for mark in document.tactics]


def test_the_report_compares_two_models(tiny: Training, documents: list[Document], tmp_path: Path) -> None:
    unknown = [document for document in documents if document.hand == "student"]
    rows = [{"text": d.text, "scheme": d.scheme, "register": d.register, "tactics": _quotes(d)} for d in unknown[:60]]
    path = write_rows(tmp_path / "rows.jsonl", *rows)
    models = ["--model", str(tiny.folder), "--against", str(tiny.folder)]
    result = CliRunner().invoke(cli, ["evaluate", str(path), "--report", str(tmp_path / "report.html"), *models])
    assert result.exit_code == 0, result.output
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert {"figures", "points", "calibration", "moves", "attacks", "comparison", "errors"} <= set(report["sections"])
    assert [row[-1] for row in report["sections"]["comparison"]["tables"][0]["rows"]] == ["1", "1", "1"]
    assert f"--model {tiny.folder} --against {tiny.folder}" in report["about"]["Command"]


def test_rows_that_the_model_learned_from_are_an_error(documents: list[Document], tmp_path: Path) -> None:
    learned = max(documents, key=lambda document: len(document.text))
    rows = [{"text": PLAIN, "label": "none"}, {"text": learned.text + "。", "label": "none"}]
    path = write_rows(tmp_path / "rows.jsonl", *rows)
    refused = run("evaluate", path)
    assert refused.returncode == 3
    assert f"rows.jsonl:2: a near-duplicate (1.00) of document {learned.id}" in refused.stderr
    assert "--leave-out-learned" in refused.stderr
    measured = run("evaluate", path, "--leave-out-learned")
    assert "| rows | none | 1 |" in measured.stdout
    assert "1 rows left out" in measured.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--against", "model"], "name FILES and --report"),
        (["--model", "model"], "cross-validation fits models of its own"),
        (["--operating-point", "wide"], "cross-validation fits models of its own"),
        (["--learned-from", "corpus.jsonl"], "--learned-from is for FILES"),
        (["rows.jsonl", "--corpus", "corpus.jsonl"], "name either FILES, to measure a finished model, or --corpus"),
        (["--report", "report.pdf"], "ends in .html"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_does_not_go_together_is_told(arguments: list[str], message: str, tmp_path: Path) -> None:
    done = run("evaluate", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert message in done.stderr
