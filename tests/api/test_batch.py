"""Batch scoring: every format, every row accounted for, nothing lost when a run is killed, nothing private."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from huashu import Classifier, InputError
from huashu_api.batch.columns import choose
from huashu_api.batch.records import Options
from huashu_api.batch.run import score_files
from huashu_api.batch.writers import safe_cell
from huashu_api.errors import OutputError
from texts import load_cases

LURE = "【某联支付】您的P0S终端备案到期，影响资金到账，回复1免费更换0.38%永不涨价新款，加微信kf_3344或拨13912345678"
PLAIN = "晚上回家吃饭吗，我买了条鱼"


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def score(tmp_path: Path, *inputs: Path | str, **options: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Scored rows and rejects, after checking that they account for every row."""
    output = tmp_path / "result.jsonl"
    summary = score_files(map(str, inputs), output, Options(**options))
    assert summary.rows == summary.counts.scored + summary.counts.rejected
    rejects = output.with_name("result.jsonl.rejects.jsonl")
    refused = rows_of(rejects) if rejects.exists() else []
    assert summary.counts.rejected == sum(row["rows"] for row in refused)
    assert not output.with_name("result.jsonl.partial").exists()
    return rows_of(output), refused


def table(kind: str, rows: list[dict[str, str]]) -> bytes:
    """``rows`` as the bytes of a file of this kind."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter="\t" if "tsv" in kind else ",")
    writer.writeheader()
    writer.writerows(rows)
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    if kind == "parquet":
        sink = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_pylist(rows), sink)
        return bytes(sink.getvalue())
    data = {"csv": text.getvalue(), "tsv": text.getvalue(), "jsonl": lines, "json": json.dumps({"data": rows})}
    plain = data[kind.split(".")[0]].encode()
    if kind.endswith("gz"):
        return gzip.compress(plain)
    if kind.endswith("zst"):
        return _zstd(plain)
    return plain


def _zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return bytes(sink.getvalue())


@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl", "json", "parquet", "csv.gz", "jsonl.gz", "jsonl.zst"])
def test_every_format_gives_the_same_verdicts(kind: str, tmp_path: Path, classifier: Classifier) -> None:
    rows = [{"工单号": "a1", "内容": LURE}, {"工单号": "a2", "内容": PLAIN + '，"好"\n再见'}]
    (tmp_path / f"rows.{kind}").write_bytes(table(kind, rows))
    scored, refused = score(tmp_path, tmp_path / f"rows.{kind}")
    assert [(row["id"], row["row"]) for row in scored] == [("a1", 1), ("a2", 2)]
    assert refused == []
    expected = [classifier.assess(row["内容"]) for row in rows]
    assert [row["risk"] for row in scored] == pytest.approx([a.risk for a in expected], abs=1e-6)
    assert [row["scheme"] for row in scored] == [a.scheme for a in expected]
    assert [span["tactic"] for span in scored[0]["tactics"]] == [span.tactic for span in expected[0].tactics]
    assert scored[1]["tactics"] == scored[1]["reasons"] == []
    assert {row["model_version"] for row in scored} == {classifier.version}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("name", ["rows.csv", "rows.txt", "rows.jsonl"])
def test_encodings_are_recognised(encoding: str, name: str, tmp_path: Path) -> None:
    content = {"rows.csv": f"id,text\n1,{LURE}\n", "rows.txt": LURE + "\n", "rows.jsonl": json.dumps({"text": LURE})}
    (tmp_path / name).write_bytes(content[name].encode(encoding))
    scored, refused = score(tmp_path, tmp_path / name, text="raw")
    assert ([row["text"] for row in scored], refused) == ([LURE], [])


def test_a_mixed_folder_is_accounted_for_row_by_row(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_bytes(LURE.encode("gb18030"))
    (folder / "deep" / "b.txt").write_bytes(PLAIN.encode())
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 10)
    (folder / "empty.txt").write_bytes(b"")
    (folder / ".hidden").write_bytes(b"x")
    lines = [
        json.dumps({"id": "x", "text": PLAIN}).encode(),
        b"{broken",
        b"",
        b"[1]",
        json.dumps({"id": "big", "text": "长" * 7_000_000}, ensure_ascii=False).encode(),
        json.dumps({"id": 7, "text": " "}).encode(),
        json.dumps({"id": "n"}).encode(),
        b'{"id": "bad", "text": "\xff\xff\xff"}',
        b'{"id": "s", "text": "\\ud83d"}',
        json.dumps({"id": "t", "text": 5}).encode(),
        json.dumps({"id": "d", "dialogue": [{"role": "客服", "words": "您的机器到期了"}]}).encode(),
        json.dumps({"id": "w", "dialogue": [{"role": "客服"}]}).encode(),
        json.dumps({"id": "gb", "text": LURE}, ensure_ascii=False).encode("gb18030"),
    ]
    (folder / "c.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    (folder / "d.csv").write_bytes(f"id,内容\n1,{PLAIN}\n2\n\n3,\n4,{LURE},多\n".encode("gb18030"))
    (folder / "e.csv.gz").write_bytes(gzip.compress(b"id,text\n" + f"1,{PLAIN}\n".encode() * 5000)[:-200])
    (folder / "f.parquet").write_bytes(b"PAR1 no")
    scored, refused = score(tmp_path, folder)

    def of(rows: list[dict[str, Any]], name: str) -> list[int]:
        return [row["row"] for row in rows if Path(row["file"]).name == name]

    assert of(scored, "a.txt") == of(scored, "b.txt") == [1]
    assert of(scored, "c.jsonl") == [1, 11, 13]
    assert of(refused, "c.jsonl") == [2, 3, 4, 5, 6, 7, 8, 9, 10, 12]
    assert (of(scored, "d.csv"), of(refused, "d.csv")) == ([1], [2, 3, 4, 5])
    for name in ("binary.txt", "empty.txt", "f.parquet"):
        assert of(refused, name) == [1]
    broken = of(refused, "e.csv.gz")
    assert broken[-1] == len(of(scored, "e.csv.gz")) + len(broken)
    assert all(row["reason"] for row in refused)


def test_rows_that_are_turns_become_calls(tmp_path: Path, classifier: Classifier) -> None:
    rows = [
        ("c1", "客服", "您好，我是付临门售后，您的机器到期了", "0"),
        ("c1", "客服", "首笔刷卡扣299升级服务费，一个月后返还", "9"),
        ("c1", "客户", "要钱吗", "4"),
        ("c2", "客户", "你好，我想查一下快递", "0"),
        ("c1", "客户", "喂", "12"),
        ("c3", "客户", "", "0"),
    ]
    text = "通话ID,角色,文本,开始时间\n" + "".join(",".join(row) + "\n" for row in rows)
    (tmp_path / "turns.csv").write_text(text, encoding="utf-8")
    scored, refused = score(tmp_path, tmp_path / "turns.csv", text="raw")
    assert [(row["id"], row["row"]) for row in scored] == [("c1", 1), ("c2", 4)]
    turns = [{"role": role, "words": words} for _, role, words, _ in (rows[0], rows[2], rows[1])]
    assert scored[0]["text"] == "\n".join(turn["words"] for turn in turns)
    assert scored[0]["risk"] == pytest.approx(classifier.assess(turns).risk, abs=1e-6)
    assert [(row["row"], row["rows"]) for row in refused] == [(5, 1), (6, 1)]
    assert "sort the table" in refused[0]["reason"]
    scored, refused = score(tmp_path, tmp_path / "turns.csv", columns={"role": "none"})
    assert (len(scored), len(refused)) == (5, 1)


def test_a_text_file_holds_a_text_a_line_and_in_a_folder_one_text(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "rows.txt").write_text(f"{LURE}\n{PLAIN}\n", encoding="utf-8")
    assert len(score(tmp_path, folder / "rows.txt")[0]) == 2
    assert len(score(tmp_path, folder)[0]) == 1
    assert len(score(tmp_path, str(folder / "*.txt"))[0]) == 1
    assert len(score(tmp_path, folder, whole_files=False)[0]) == 2


@pytest.mark.parametrize("case", load_cases("columns"), ids=lambda case: str(case["header"]))
def test_columns_are_guessed(case: dict[str, Any]) -> None:
    columns = choose(case["header"], case.get("given", {}), "rows.csv")
    assert [columns.text, columns.id, columns.role, columns.begin] == case["columns"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": {"text": "正文"}}, "has no column '正文'; it has a, b"),
        ({}, "no column looks like the text; name it with --text; it has a, b"),
        ({"columns": {"text": "a"}, "keep": ("z",)}, "has no column 'z' to keep; it has a, b"),
        ({"columns": {"text": "a"}, "keep": ("risk",)}, "has a column 'risk' already"),
    ],
    ids=["wrong", "none", "keep", "clash"],
)
def test_wrong_columns_are_named_and_leave_nothing(options: dict[str, Any], message: str, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(InputError, match=message):
        score(tmp_path, tmp_path / "rows.csv", **options)
    assert [path.name for path in tmp_path.iterdir()] == ["rows.csv"]


def test_numbers_are_masked_and_the_text_left_out_unless_asked_for(tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text(LURE + "\n", encoding="utf-8")
    (row,), _ = score(tmp_path, tmp_path / "rows.txt")
    assert "text" not in row
    assert row["facts"]
    assert "13912345678" not in json.dumps(row, ensure_ascii=False)
    (masked,), _ = score(tmp_path, tmp_path / "rows.txt", text="masked")
    assert "13912345678" not in json.dumps(masked, ensure_ascii=False)
    assert masked["text"].startswith("【某联支付】")
    (raw,), _ = score(tmp_path, tmp_path / "rows.txt", text="raw")
    assert raw["text"] == LURE
    assert "13912345678" in {fact["value"] for fact in raw["facts"]}


def test_evidence_goes_to_the_rows_that_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text(f"{LURE}\n{PLAIN}\n", encoding="utf-8")
    for evidence, wanted in (("all", [True, True]), ("flagged", [True, False]), ("none", [False, False])):
        scored, _ = score(tmp_path, tmp_path / "rows.txt", evidence=evidence)
        assert [bool(row["reasons"]) for row in scored] == wanted


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_tables_hold_what_json_lines_hold(suffix: str, tmp_path: Path) -> None:
    rows = [{"id": "=1+1", "text": LURE, "城市": "-广州"}, {"id": "2", "text": PLAIN, "城市": "北京"}]
    (tmp_path / "rows.jsonl").write_bytes(table("jsonl", rows))
    expected, _ = score(tmp_path, tmp_path / "rows.jsonl", keep=("城市",))
    output = tmp_path / f"out.{suffix}"
    score_files([str(tmp_path / "rows.jsonl")], output, Options(keep=("城市",)))
    if suffix == "parquet":
        assert pq.read_table(output).to_pylist() == expected
        return
    with output.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.DictReader(file))
    assert [(row["id"], row["城市"]) for row in found] == [("'=1+1", "'-广州"), ("2", "北京")]
    assert json.loads(found[0]["tactics"]) == expected[0]["tactics"]
    assert [float(row["risk"]) for row in found] == [row["risk"] for row in expected]


@given(st.text(max_size=20))
def test_no_cell_is_a_formula(text: str) -> None:
    cell = safe_cell(text)
    assert not cell.lstrip(" \n").startswith(("=", "+", "-", "@", "\t", "\r"))
    assert cell.removeprefix("'") == text.removeprefix("'")


def test_processes_do_not_change_the_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huashu_api.batch.chunks.CHUNK_RECORDS", 50)
    source = tmp_path / "rows.jsonl"
    source.write_text("".join(json.dumps({"text": f"{PLAIN}{i}"}) + "\n{\n" for i in range(120)), encoding="utf-8")
    outputs = []
    for processes in (1, 2):
        output = tmp_path / f"out{processes}.jsonl"
        score_files([str(source)], output, Options(), processes=processes)
        outputs.append((output.read_bytes(), output.with_name(output.name + ".rejects.jsonl").read_bytes()))
    assert outputs[0] == outputs[1]


def run(*arguments: str | Path, **extra: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "huashu_api.cli.main", "score", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, **extra)
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
def test_a_killed_run_resumes_to_the_same_bytes(suffix: str, tmp_path: Path) -> None:
    source = tmp_path / "rows.txt"
    source.write_text("".join(f"{PLAIN * 10}{i}\n\n" for i in range(8000)), encoding="utf-8")
    whole, output = tmp_path / f"whole.{suffix}", tmp_path / f"out.{suffix}"
    assert run(source, "-o", whole).returncode == 0
    command = [sys.executable, "-m", "huashu_api.cli.main", "score", str(source), "-o", str(output)]
    process = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
    while not list(tmp_path.glob("*.partial/*.counts")) and process.poll() is None:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert not output.exists()
    refused = run(source, "-o", output)
    assert (refused.returncode, "add --resume" in refused.stderr) == (3, True)
    other = run(source, "-o", output, "--resume", "--evidence", "all")
    assert (other.returncode, "other inputs, options or model" in other.stderr) == (3, True)
    assert run(source, "-o", output, "--resume").returncode == 0
    assert output.read_bytes() == whole.read_bytes()
    rejects = [path.with_name(path.name + ".rejects.jsonl").read_bytes() for path in (output, whole)]
    assert rejects[0] == rejects[1]
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


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["nowhere.csv", "-o", "out.csv"], 3, "there is no such file"),
        (["rows.txt", "-o", "out.xlsx"], 3, "has to end in .csv, .jsonl, .parquet"),
        (["rows.txt", "-o", "no/out.csv"], 5, "cannot be written"),
        (["-", "-o", "out.csv", "--resume"], 3, "cannot be resumed"),
        (["rows.txt", "-o", "out.csv", "--model", "nowhere"], 4, "cannot be read"),
        (["rows.txt"], 2, "Missing option"),
    ],
    ids=str,
)
def test_what_cannot_be_done_is_one_line_and_a_code(
    arguments: list[str], code: int, message: str, tmp_path: Path
) -> None:
    (tmp_path / "rows.txt").write_text(PLAIN, encoding="utf-8")
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == code
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["rows.txt"]


def test_standard_input_and_the_summary(tmp_path: Path) -> None:
    lines = f'{json.dumps({"id": 1, "text": LURE})}\n{{"id": 2}}\n'
    done = run("-", "-o", "out.csv", "--summary", "s.json", input=lines.encode(), cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    for part in ("-: utf-8, text=text, id=id", "rows 2 = scored 1 + rejected 1", "alert 1, review 0, pass 0", "rows/s"):
        assert part in done.stderr
    summary = json.loads((tmp_path / "s.json").read_text(encoding="utf-8"))
    assert (summary["rows"], summary["scored"], summary["actions"]) == (2, 1, {"alert": 1})
    assert LURE[:8] not in done.stderr
