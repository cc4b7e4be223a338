"""Runs: over processes, killed and resumed, on a full disk, with a text that breaks the model."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from commands import HUASHU, run
from huashu import Classifier
from huashu_api.batch.options import Options
from huashu_api.batch.run import RunState, score_files
from huashu_api.cli import exits
from huashu_api.errors import OutputError
from texts import LURE, PLAIN

from .scoring import score

pytestmark = pytest.mark.slow


def rejects_of(output: Path) -> Path:
    return output.with_name(output.name + ".rejects.jsonl")


def test_processes_do_not_change_the_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huashu_api.batch.chunks.CHUNK_ITEMS", 50)
    source = tmp_path / "rows.jsonl"
    source.write_text("".join(f'{{"text": "{PLAIN}{i}"}}\n{{\n' for i in range(120)), encoding="utf-8")
    outputs = []
    for processes in (1, 2):
        output = tmp_path / f"out{processes}.jsonl"
        score_files([str(source)], output, Options(), processes=processes)
        outputs.append((output.read_bytes(), rejects_of(output).read_bytes()))
    assert outputs[0] == outputs[1]


def test_a_run_tells_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huashu_api.batch.chunks.CHUNK_ITEMS", 2)
    source = tmp_path / "rows.txt"
    source.write_text(f"{PLAIN}\n{LURE}\n\n{LURE}\n{PLAIN}\n", encoding="utf-8")
    states: list[RunState] = []
    score_files([str(source)], tmp_path / "out.jsonl", Options(lines=True), show=states.append)
    assert [(state.rows, state.alerts) for state in states] == [(2, 1), (4, 2), (5, 2)]
    assert {state.size for state in states} == {source.stat().st_size}
    assert states[-1].read == states[-1].size


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_a_killed_run_resumes_to_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    source = tmp_path / "rows.txt"
    source.write_text("".join(f"{PLAIN * 10}{i}\n\n" for i in range(8000)), encoding="utf-8")
    whole, output = tmp_path / f"whole.{suffix}", tmp_path / f"out.{suffix}"
    assert run("score", "--txt", "line", source, "-o", whole).returncode == exits.SOME
    command = [*HUASHU, "score", "--txt", "line", str(source), "-o", str(output)]
    process = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
    while not list(tmp_path.glob("*.partial/*.counts")) and process.poll() is None:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not output.exists()
    refused = run("score", "--txt", "line", source, "-o", output)
    assert (refused.returncode, "add --resume" in refused.stderr) == (3, True)
    other = run("score", "--txt", "line", source, "-o", output, "--resume", "--evidence", "all")
    assert (other.returncode, "other inputs, options or model" in other.stderr) == (3, True)
    assert run("score", "--txt", "line", source, "-o", output, "--resume").returncode == exits.SOME
    assert output.read_bytes() == whole.read_bytes()
    assert rejects_of(output).read_bytes() == rejects_of(whole).read_bytes()
    assert not list(tmp_path.glob("*.partial"))


def test_a_full_disk_is_one_clear_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    (tmp_path / "rows.txt").write_text(LURE, encoding="utf-8")
    monkeypatch.setattr("huashu_api.batch.journal.Journal.finish", full)
    with pytest.raises(OutputError, match=r"No space left on device.*repeat with --resume"):
        score_files([str(tmp_path / "rows.txt")], tmp_path / "out.csv", Options())
    assert not (tmp_path / "out.csv").exists()


def test_one_poison_text_does_not_fail_its_batch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    honest = Classifier.score

    def poisoned(self: Classifier, sources: Any, on_error: Any = None) -> Any:
        listed = list(sources)
        if any("poison" in str(source) for source in listed):
            raise RuntimeError("secret text")
        return honest(self, listed, on_error)

    monkeypatch.setattr(Classifier, "score", poisoned)
    (tmp_path / "rows.txt").write_text(f"{PLAIN}\npoison\n{LURE}\n", encoding="utf-8")
    scored, refused = score(tmp_path, tmp_path / "rows.txt")
    assert [row["row"] for row in scored] == [1, 3]
    assert [(row["row"], row["reason"]) for row in refused] == [(2, "unexpected error (RuntimeError)")]
