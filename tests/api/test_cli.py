"""The command line: what it prints, its exit codes, and that no input ends in a traceback."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from huashu_api.cli.main import cli
from huashu_corpora import Document
from huashu_training.train import Training

LURE = "【某联支付】您的P0S终端备案到期，影响资金到账，回复1免费更换0.38%永不涨价新款，拒收回R"


def run(*arguments: str, text: bytes = b"") -> subprocess.CompletedProcess[str]:
    """Run the real command in a process of its own."""
    done = subprocess.run([sys.executable, "-m", "huashu_api.cli.main", *arguments], input=text, capture_output=True)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_check_shows_a_page_for_people() -> None:
    done = run("check", "--lang", "zh", text=LURE.encode())
    assert done.returncode == 0
    for part in ("预警", "冒充客服骗取POS升级服务费", "话术动作", "处置建议", "12321", "风险"):
        assert part in done.stdout


def test_check_in_english() -> None:
    done = run("check", "--lang", "en", text=LURE.encode())
    assert "alert" in done.stdout
    assert "What to do" in done.stdout


def test_check_prints_json() -> None:
    done = run("check", "--json", text=LURE.encode())
    result = json.loads(done.stdout)
    assert (result["action"], result["scheme"]) == ("alert", "upgrade_fee")


def test_check_reads_the_json_of_quality_systems() -> None:
    done = run("check", "--json", "examples/3-call.json")
    result = json.loads(done.stdout)
    assert (result["action"], result["register"]) == ("alert", "call")
    assert {span["turn"] for span in result["tactics"]} <= {0, 2, 4}


@pytest.mark.parametrize(("text", "code"), [(LURE, 11), ("晚上回家吃饭吗，我买了条鱼", 0)], ids=["alert", "pass"])
def test_check_tells_the_action_by_exit_code(text: str, code: int) -> None:
    assert run("check", "--exit-code", text=text.encode()).returncode == code


def test_control_characters_do_not_reach_the_terminal() -> None:
    done = run("check", "--lang", "zh", text="机器到期\x1b[2J\x07停用，回复1免费换".encode())
    assert done.returncode == 0
    assert "\x1b[2J" not in done.stdout
    assert "\x07" not in done.stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "the text is empty"),
        (b" \n ", "the text is empty"),
        ("您好".encode("gb18030"), "is not UTF-8 (byte 0); convert it first"),
        ("好".encode() * 400_000, "the limit is 200,000: split it"),
        (b"a" * 1_000_000, "the limit is 200,000: split it"),
        (b'{"dialogue": [{"words": "\\ud800"}]}', "lone surrogate"),
    ],
    ids=["empty", "blank", "gb18030", "1.2 MB", "1 MB line", "surrogate"],
)
def test_bad_input_is_one_clear_line(text: bytes, message: str) -> None:
    done = run("check", text=text)
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.startswith("huashu: ")
    assert done.stderr.count("\n") == 1
    assert message in done.stderr


def test_bad_paths_and_artifacts_have_their_own_codes(tmp_path: Path) -> None:
    assert run("check", str(tmp_path / "nowhere.txt")).returncode == 3
    assert run("check", "--model", str(tmp_path), text=LURE.encode()).returncode == 4
    assert run("check", "--no-such-option").returncode == 2


def test_evaluate_prints_rates_by_file_and_label(tmp_path: Path) -> None:
    rows = [
        {"text": LURE, "label": "upgrade_fee", "tactics": [{"tactic": "device_expiry", "quote": "终端备案到期"}]},
        {"text": "晚上吃鱼", "label": "none"},
        {"text": LURE, "scheme": "upgrade_fee", "register": "report"},
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    result = CliRunner().invoke(cli, ["evaluate", str(path)])
    assert result.exit_code == 0, result.output
    assert "| rows | upgrade_fee | 1 | 1 (100.00%) | 1 (100.00%) | 100.0% |" in result.output
    assert "| rows | none | 1 | 0 (0.00%) | 0 (0.00%) |  |" in result.output
    assert "| rows | upgrade_fee (report) | 1 |" in result.output
    assert "Moves in rows: 1 marked" in result.output


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"text": "好"}', "needs a 'label' or a 'scheme'"),
        ("[]", "needs an object"),
        ("{", "rows.jsonl:1: "),
        ('{"text": "好", "label": "none"}\n{"text": " ", "label": "none"}', "rows.jsonl:2: the text is empty"),
    ],
    ids=str,
)
def test_evaluate_names_the_bad_row(line: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(line, encoding="utf-8")
    done = run("evaluate", str(tmp_path / "rows.jsonl"))
    assert done.returncode == 3
    assert message in done.stderr


def test_train_names_the_bad_line(tmp_path: Path) -> None:
    (tmp_path / "c.jsonl").write_text('{"id": "1", "text": "好", "scheme": "x", "register": "pitch"}', encoding="utf-8")
    done = run("train", "--corpus", str(tmp_path / "c.jsonl"), "-o", str(tmp_path / "m"))
    assert done.returncode == 3
    assert "c.jsonl:1: unknown scheme 'x'" in done.stderr


def test_train_from_another_corpus_keeps_its_own_operating_point(tmp_path: Path) -> None:
    corpus = "corpora/huashu_corpora/data/written/sales_trainer.jsonl"
    point = "desk=alerts:40,reviews:100,texts:20000,prevalence:0.002,reviewers:3"
    done = run("train", "--corpus", corpus, "-o", str(tmp_path), "--operating-point", point)
    assert done.returncode == 0, done.stderr
    manifest = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["default_operating_point"] == "desk"
    assert list(manifest["operating_points"]) == ["balanced", "desk", "strict", "wide"]
    assert manifest["operating_points"]["desk"]["expected"]["alerts_per_reviewer"][0] <= 40
    card = (tmp_path / "MODEL_CARD.md").read_text(encoding="utf-8")
    for heading in ("## Data", "## Method", "## Figures", "## Limits", "## Intended use", "## Misuse", "## Robustness"):
        assert heading in card
    assert json.loads(run("check", "--json", "--model", str(tmp_path), text=LURE.encode()).stdout)["action"]


@pytest.mark.parametrize(
    "arguments",
    [("check", "--operating-point", "night"), ("train", "--operating-point", "night", "-o", "x")],
    ids=["check", "train"],
)
def test_operating_points_that_are_not_there_are_refused(arguments: tuple[str, ...]) -> None:
    done = run(*arguments, text=LURE.encode())
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert "operating point 'night'" in done.stderr


def _labelled(path: Path, documents: list[Document]) -> Path:
    rows = [{"text": d.text, "scheme": d.scheme, "register": d.register, "tactics": _quotes(d)} for d in documents]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def _quotes(document: Document) -> list[dict[str, str]]:
    return [{"tactic": mark.tactic, "quote": document.text[mark.start : mark.end]} for mark in document.tactics]


def test_evaluate_writes_a_report_that_compares_two_models(
    tiny: Training, documents: list[Document], tmp_path: Path
) -> None:
    unknown = [d for d in documents if d.hand == "student"]
    path = _labelled(tmp_path / "rows.jsonl", unknown[:60])
    target = tmp_path / "report.html"
    models = ["--model", str(tiny.folder), "--against", str(tiny.folder)]
    result = CliRunner().invoke(cli, ["evaluate", str(path), "--report", str(target), *models])
    assert result.exit_code == 0, result.output
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert {"figures", "points", "calibration", "moves", "attacks", "comparison", "errors"} <= set(report["sections"])
    assert [row[-1] for row in report["sections"]["comparison"]["tables"][0]["rows"]] == ["1", "1", "1"]
    assert f"--model {tiny.folder}" in report["about"]["Command"]


def test_rows_that_the_model_learned_from_are_an_error(documents: list[Document], tmp_path: Path) -> None:
    learned = max(documents, key=lambda document: len(document.text))
    path = tmp_path / "rows.jsonl"
    rows = [{"text": "晚上吃鱼", "label": "none"}, {"text": learned.text + "。", "label": "none"}]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    done = run("evaluate", str(path))
    assert done.returncode == 3
    assert f"rows.jsonl:2: a near-duplicate (1.00) of document {learned.id}" in done.stderr
    assert "--leave-out-learned" in done.stderr
    left = run("evaluate", str(path), "--leave-out-learned")
    assert "| rows | none | 1 |" in left.stdout
    assert "1 rows left out" in left.stderr


def test_evaluate_tells_what_does_not_go_together(tmp_path: Path) -> None:
    assert "name FILES and --report" in run("evaluate", "--against", str(tmp_path)).stderr
    assert "cross-validation fits models of its own" in run("evaluate", "--model", str(tmp_path)).stderr
    done = run("evaluate", "--report", str(tmp_path / "r.pdf"))
    assert done.returncode == 3
    assert "ends in .html" in done.stderr


def test_drift_prints_what_has_changed_and_draws_it(documents: list[Document], tmp_path: Path) -> None:
    for name, some in (("old", documents[:150]), ("new", [d for d in documents if d.scheme == "upgrade_fee"][:150])):
        rows = "\n".join(json.dumps({"text": d.text}, ensure_ascii=False) for d in some)
        (tmp_path / f"{name}.jsonl").write_text(rows, encoding="utf-8")
    paths = [str(tmp_path / f"{name}.jsonl") for name in ("old", "new")]
    result = CliRunner().invoke(cli, ["drift", *paths, "-o", str(tmp_path / "drift.html")])
    assert result.exit_code == 0, result.output
    assert "| scheme | " in result.output
    assert "What rises among alerts" in result.output
    assert (tmp_path / "drift.html").read_text(encoding="utf-8").count("<svg") == 4
