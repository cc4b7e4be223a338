"""Files that would overwrite, exhaust or mislead: nothing is lost, and what is wrong is told."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import resource
import shutil
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from commands import HUASHU, run
from huashu import Classifier, InputError
from huashu.interrupt import checkpoint
from huashu_api.batch import scoring
from huashu_api.batch.options import Options
from huashu_api.batch.run import rejects_of, score_files
from huashu_api.batch.writers import safe_cell
from huashu_api.cli import exits
from huashu_api.errors import OutputError
from huashu_api.ingest.tables.columns import choose
from texts import LURE, read_rows

from .scoring import score

MEMORY = 1_500_000_000
"""Bytes of address space that a run is given: the libraries alone reserve most of it."""


@pytest.mark.parametrize("name", ["rows.jsonl", "./rows.jsonl", "link.jsonl"])
def test_an_input_is_never_written_over(tmp_path: Path, name: str) -> None:
    source = tmp_path / "rows.jsonl"
    source.write_text('{"text": "您好"}\n', encoding="utf-8")
    (tmp_path / "link.jsonl").symlink_to(source)
    with pytest.raises(InputError, match="is an input"):
        score_files([str(source)], tmp_path / name, Options(), force=True)
    assert source.read_text(encoding="utf-8") == '{"text": "您好"}\n'


def test_what_is_there_is_written_over_by_force_only(tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text("您好\n", encoding="utf-8")
    output = tmp_path / "out.jsonl"
    rejects_of(output).write_text("somebody's own", encoding="utf-8")
    with pytest.raises(OutputError, match=r"rejects\.jsonl: exists already; add --force"):
        score_files([str(tmp_path / "rows.txt")], output, Options())
    assert rejects_of(output).read_text(encoding="utf-8") == "somebody's own"
    assert run("score", tmp_path / "rows.txt", "-o", output).returncode == exits.OUTPUT
    assert run("score", tmp_path / "rows.txt", "-o", output, "--force").returncode == 0
    assert not rejects_of(output).exists()


def test_an_output_in_the_folder_that_is_read_is_no_input(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("您好", encoding="utf-8")
    for _ in range(2):
        summary = score_files([str(tmp_path)], tmp_path / "out.jsonl", Options(), force=True)
        assert (summary.files, summary.rows) == (1, 1)


def test_what_holds_texts_is_for_its_owner(tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text("您好\n\n", encoding="utf-8")
    score_files([str(tmp_path / "rows.txt")], tmp_path / "out.csv", Options(lines=True))
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.glob("out*")}
    assert modes == {"out.csv": 0o600, "out.csv.rejects.jsonl": 0o600}


def truncated_gzip(path: Path) -> None:
    data = gzip.compress("".join(f"您好{i}\n" for i in range(50_000)).encode())
    path.with_suffix(".txt.gz").write_bytes(data[: len(data) // 2])


def damaged_parquet(path: Path) -> None:
    target = path.with_suffix(".parquet")
    table = pa.table({"text": [f"您好{i}" for i in range(50_000)]})
    pq.write_table(table, target, compression="none", use_dictionary=False, row_group_size=10_000)
    data = bytearray(target.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 20_000] = b"\xff" * 20_000
    target.write_bytes(data)


@pytest.mark.parametrize("damage", [truncated_gzip, damaged_parquet])
def test_a_damaged_file_is_told_with_what_was_read_before(tmp_path: Path, damage: object) -> None:
    assert callable(damage)
    damage(tmp_path / "rows")
    done = run("score", *tmp_path.glob("rows.*"), "-o", tmp_path / "out.jsonl", "--evidence", "none", "--txt", "line")
    assert done.returncode == exits.SOME, done.stderr
    assert "files damaged or cut off: 1" in done.stderr
    scored, refused = read_rows(tmp_path / "out.jsonl"), read_rows(rejects_of(tmp_path / "out.jsonl"))
    assert len(scored) > 1000
    assert refused[-1]["row"] == len(scored) + len(refused)
    assert "cannot be read from here on" in refused[-1]["reason"]


def test_when_nothing_can_be_judged_the_exit_code_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"text\n\0\n")
    assert run("score", tmp_path / "a.csv", "-o", tmp_path / "out.csv").returncode == exits.NONE


BOMBS = {
    "one line": ("a.txt.gz", b"a" * 2**20, 2000, b""),
    "one cell": ("a.csv.gz", b"a" * 2**20, 2000, b"text\n"),
    "commas": ("a.csv.gz", b"," * 2**20, 400, b"text\n"),
    "one line in UTF-16": ("a.txt.gz", "好".encode("utf-16-le") * 2**19, 2000, b"\xff\xfe"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BOMBS)
def test_a_small_file_that_unpacks_to_gigabytes_takes_bounded_memory(tmp_path: Path, name: str) -> None:
    file, unit, times, head = BOMBS[name]
    with gzip.open(tmp_path / file, "wb", compresslevel=1) as bomb:
        bomb.write(head)
        for _ in range(times):
            bomb.write(unit)
    assert run_bounded(tmp_path / file).returncode in (exits.SOME, exits.NONE)


@pytest.mark.slow
def test_a_parquet_file_of_one_large_cell_again_and_again_takes_bounded_memory(tmp_path: Path) -> None:
    cell = pa.DictionaryArray.from_arrays(pa.array([0] * 1000, pa.int32()), pa.array(["好" * 1_500_000]))
    pq.write_table(pa.table({"text": cell}), tmp_path / "a.parquet", compression="zstd")
    assert (tmp_path / "a.parquet").stat().st_size < 100_000
    assert run_bounded(tmp_path / "a.parquet").returncode == exits.NONE


def run_bounded(source: Path) -> subprocess.CompletedProcess[str]:
    """A run with little memory."""
    command = [*HUASHU, "score", str(source), "-o", str(source.with_name("out.jsonl")), "--processes", "1"]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (2 * MEMORY, 2 * MEMORY)),
        env={**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    assert "Traceback" not in done.stderr
    return done


def test_values_of_a_parquet_file_that_cannot_be_read_are_rejects(tmp_path: Path) -> None:
    broken = pa.Array.from_buffers(
        pa.string(), 3, [None, pa.py_buffer(b"\0\0\0\0\3\0\0\0\5\0\0\0\x08\0\0\0"), pa.py_buffer(b"abc\xff\xfeabc")]
    )
    times = pa.array([0, 2**62, 1], pa.timestamp("us"))
    pq.write_table(pa.table({"text": ["您好"] * 3, "id": times}), tmp_path / "times.parquet")
    pq.write_table(pa.table({"text": broken}), tmp_path / "texts.parquet")
    scored, refused = score(tmp_path, tmp_path / "times.parquet", tmp_path / "texts.parquet")
    assert [(row["file"].rsplit("/", 1)[-1], row["row"]) for row in scored] == [
        ("times.parquet", 1),
        ("times.parquet", 3),
        ("texts.parquet", 1),
        ("texts.parquet", 3),
    ]
    assert {row["row"] for row in refused} == {2}


def test_a_name_that_is_no_utf8_is_read_and_shown(tmp_path: Path) -> None:
    name = os.path.join(os.fsencode(tmp_path), b"\xc4\xfa.txt")  # 您 in GB18030
    with open(name, "wb") as file:
        file.write("您好".encode())
    done = subprocess.run([*HUASHU, "score", name, "-o", str(tmp_path / "out.jsonl")], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert read_rows(tmp_path / "out.jsonl")[0]["file"].endswith(".txt")


def test_a_pipe_without_a_writer_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    done = run("score", tmp_path / "pipe", "-o", tmp_path / "out.jsonl")
    assert (done.returncode, "no regular file" in done.stderr) == (exits.INPUT, True)


def test_links_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "in", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    for path in (folder / "a.txt", elsewhere / "b.txt"):
        path.write_text("您好", encoding="utf-8")
    (folder / "file.txt").symlink_to(elsewhere / "b.txt")
    (folder / "folder").symlink_to(elsewhere)
    scored, _ = score(tmp_path, folder)
    assert [Path(row["file"]).name for row in scored] == ["a.txt"]


def test_a_run_is_not_resumed_over_inputs_with_another_content(tmp_path: Path) -> None:
    source = tmp_path / "rows.txt"
    source.write_text("您好\n", encoding="utf-8")
    stamp = source.stat()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("huashu_api.batch.run._put_together", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))
        with pytest.raises(OutputError):
            score_files([str(source)], tmp_path / "out.jsonl", Options())
    source.write_text("再见\n", encoding="utf-8")
    os.utime(source, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    with pytest.raises(InputError, match="other inputs"):
        score_files([str(source)], tmp_path / "out.jsonl", Options(), resume=True)


def test_turns_without_the_id_of_their_call_are_not_put_together(tmp_path: Path) -> None:
    (tmp_path / "turns.csv").write_text(
        "call_id,role,text\n,客服,您好\n , 客户,您好\n1,客服,您好\n1,客户,您好\n", encoding="utf-8"
    )
    scored, refused = score(tmp_path, tmp_path / "turns.csv")
    assert [(row["row"], row["id"]) for row in scored] == [(3, "1")]
    assert [row["reason"] for row in refused] == ["the turn has no id of its call"] * 2


@pytest.mark.parametrize(
    "header", [["1", "我叫王大明，手机是13800000000"], ["甲" * 30, "乙"], ["张三 13800000000", "x"]]
)
def test_a_first_row_that_is_no_header_is_not_repeated(header: list[str]) -> None:
    with pytest.raises(InputError, match="first row is no header") as refused:
        choose(header, {}, "a.csv")
    assert not any(cell in str(refused.value) for cell in header if len(cell) > 1)


def test_a_text_that_takes_too_long_is_rejected_and_the_others_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest, now = Classifier.score, [0.0]

    def slow(self: Classifier, sources: object, on_error: object = None) -> object:
        listed = list(sources)  # type: ignore[call-overload]
        while any("慢" in str(source) for source in listed):
            now[0] += 1
            checkpoint()
        return honest(self, listed, on_error)  # type: ignore[arg-type]

    monkeypatch.setattr(Classifier, "score", slow)
    monkeypatch.setattr(scoring, "time", SimpleNamespace(monotonic=lambda: now[0]))
    (tmp_path / "rows.txt").write_text(f"您好\n慢\n{LURE}\n", encoding="utf-8")
    scored, refused = score(tmp_path, tmp_path / "rows.txt")
    assert [row["row"] for row in scored] == [1, 3]
    assert [(row["row"], row["reason"]) for row in refused] == [(2, "takes too long to judge")]


STRIPPED = ["", " ", "\n", "\t", "\r", "\v", "\f", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u2028", "\u00ad", "\x00"]


@pytest.mark.parametrize("before", STRIPPED, ids=ascii)
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹢"])
def test_no_cell_begins_like_a_formula(before: str, sign: str) -> None:
    assert safe_cell(f"{before}{sign}1+1").startswith("'")


@pytest.mark.parametrize("cell", ["您好", "", " 您好", "1-1", "a=b", "\u3000您好"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert safe_cell(cell) == cell


def test_a_row_that_comes_back_is_the_same(tmp_path: Path) -> None:
    (tmp_path / "rows.txt").write_text("=您好\n", encoding="utf-8")
    score_files([str(tmp_path / "rows.txt")], tmp_path / "out.csv", Options(text="raw", lines=True))
    (row,) = csv.DictReader(io.StringIO((tmp_path / "out.csv").read_text(encoding="utf-8-sig")))
    assert row["text"] == "'=您好"


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="no LibreOffice (apt-get install libreoffice-calc)")
def test_a_spreadsheet_finds_no_formula_in_the_output(tmp_path: Path) -> None:
    texts = [f"{before}{sign}1+1" for before in STRIPPED for sign in "=+-@＝＋－＠" if before not in ("\n", "\r")]
    (tmp_path / "rows.jsonl").write_text(
        "".join(json.dumps({"id": text, "text": "您好"}) + "\n" for text in texts), encoding="utf-8"
    )
    score_files([str(tmp_path / "rows.jsonl")], tmp_path / "out.csv", Options())
    (tmp_path / "control.csv").write_text("=1+1\n", encoding="utf-8")
    for name in ("out", "control"):
        # Import options: comma, quotes, UTF-8, from line 1, formulas are to be worked out.
        command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "fods"]
        command += ["--infilter=CSV:44,34,76,1,,0,false,true,false,false,false,-1,true", "--outdir", str(tmp_path)]
        subprocess.run([*command, str(tmp_path / f"{name}.csv")], check=True, capture_output=True, timeout=180)
    assert "table:formula=" in (tmp_path / "control.fods").read_text(encoding="utf-8")
    assert "table:formula=" not in (tmp_path / "out.fods").read_text(encoding="utf-8")
