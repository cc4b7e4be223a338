"""Reading: every format and encoding, every row accounted for, turns put together into calls."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from huashu import Classifier
from texts import LURE, PLAIN

from .scoring import score

Rows = list[dict[str, str]]


def _table(rows: Rows, delimiter: str) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def _parquet(rows: Rows) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(pa.Table.from_pylist(rows), sink)
    return bytes(sink.getvalue())


def _zstd(data: bytes) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return bytes(sink.getvalue())


FORMATS: dict[str, Callable[[Rows], bytes]] = {
    "csv": lambda rows: _table(rows, ","),
    "tsv": lambda rows: _table(rows, "\t"),
    "jsonl": lambda rows: "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode(),
    "json": lambda rows: json.dumps({"data": rows}).encode(),
    "parquet": _parquet,
}
COMPRESSIONS: dict[str, Callable[[bytes], bytes]] = {"": bytes, "gz": gzip.compress, "zst": _zstd}


def file_of(kind: str, rows: Rows) -> bytes:
    """``rows`` as the bytes of a file of this kind: a format, and perhaps a compression."""
    form, _, compression = kind.partition(".")
    return COMPRESSIONS[compression](FORMATS[form](rows))


@pytest.mark.parametrize("kind", ["csv", "tsv", "jsonl", "json", "parquet", "csv.gz", "jsonl.gz", "jsonl.zst"])
def test_every_format_gives_the_same_verdicts(kind: str, tmp_path: Path, classifier: Classifier) -> None:
    rows = [{"工单号": "a1", "内容": LURE}, {"工单号": "a2", "内容": PLAIN + '，"好"\n再见'}]
    (tmp_path / f"rows.{kind}").write_bytes(file_of(kind, rows))
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


DIALOGUE = {"id": "d", "dialogue": [{"role": "客服", "words": "您的机器到期了"}]}
JSON_LINES: list[tuple[bytes, str]] = [
    (json.dumps({"id": "x", "text": PLAIN}).encode(), ""),
    (json.dumps(DIALOGUE).encode(), ""),
    (json.dumps({"id": "gb", "text": LURE}, ensure_ascii=False).encode("gb18030"), ""),
    (b"", "the line is empty"),
    (b"{broken", "is not valid JSON"),
    (b"[1]", "is not a JSON object"),
    (json.dumps({"id": "big", "text": "长" * 7_000_000}, ensure_ascii=False).encode(), "the limit is 200,000"),
    (json.dumps({"id": 7, "text": " "}).encode(), "the text is empty"),
    (json.dumps({"id": "n"}).encode(), "column 'text' is missing"),
    (b'{"id": "bad", "text": "\xff\xff\xff"}', "is neither UTF-8 nor GB18030"),
    (b'{"id": "s", "text": "\\ud83d"}', "lone surrogate"),
    (json.dumps({"id": "t", "text": 5}).encode(), "neither a text nor a call but int"),
    (json.dumps({"id": "w", "dialogue": [{"role": "客服"}]}).encode(), "JSON of no known form; its keys are role"),
]
"""Lines, and what of its reason a rejected one is given."""


def test_each_line_is_scored_or_rejected_for_what_is_wrong_with_it(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_bytes(b"\n".join(line for line, _ in JSON_LINES) + b"\n")
    scored, refused = score(tmp_path, tmp_path / "rows.jsonl")
    reasons = {row["row"]: row["reason"] for row in refused}
    assert [row["row"] for row in scored] == [1, 2, 3]
    for number, (_, reason) in enumerate(JSON_LINES, 1):
        assert reason in reasons.get(number, ""), number


def test_a_mixed_folder_is_accounted_for_row_by_row(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    (folder / "deep").mkdir(parents=True)
    (folder / "a.txt").write_bytes(LURE.encode("gb18030"))
    (folder / "deep" / "b.txt").write_bytes(PLAIN.encode())
    (folder / "binary.txt").write_bytes(bytes(range(256)) * 10)
    (folder / "empty.txt").write_bytes(b"")
    (folder / ".hidden").write_bytes(b"x")
    (folder / "d.csv").write_bytes(f"id,内容\n1,{PLAIN}\n2\n\n3,\n4,{LURE},多\n".encode("gb18030"))
    (folder / "e.csv.gz").write_bytes(gzip.compress(b"id,text\n" + f"1,{PLAIN}\n".encode() * 5000)[:-200])
    (folder / "f.parquet").write_bytes(b"PAR1 no")
    scored, refused = score(tmp_path, folder, lines=None)

    def of(rows: list[dict[str, Any]], name: str) -> list[int]:
        return [row["row"] for row in rows if Path(row["file"]).name == name]

    assert of(scored, "a.txt") == of(scored, "b.txt") == [1]
    assert (of(scored, "d.csv"), of(refused, "d.csv")) == ([1], [2, 3, 4, 5])
    for name in ("binary.txt", "empty.txt", "f.parquet"):
        assert of(refused, name) == [1]
    assert of(refused, "e.csv.gz")[-1] == len(of(scored, "e.csv.gz")) + len(of(refused, "e.csv.gz"))
    assert all(row["reason"] for row in refused)


@pytest.mark.parametrize(
    ("content", "ids"),
    [
        ([{"id": "1", "text": PLAIN}, {"id": "2", "text": LURE}], ["1", "2"]),
        ({"total": 1, "tickets": [{"id": "1", "text": PLAIN}], "turns": []}, ["1"]),
        ({"id": "1", "text": PLAIN, "tags": [{"name": "x"}]}, ["1"]),
        (DIALOGUE, ["d"]),
        (DIALOGUE["dialogue"], ["rows.json"]),
    ],
    ids=["list", "list in an object", "ticket", "dialogue", "turns"],
)
def test_tickets_are_found_in_json(content: Any, ids: list[str | None], tmp_path: Path) -> None:
    (tmp_path / "rows.json").write_text(json.dumps(content), encoding="utf-8")
    scored, refused = score(tmp_path, tmp_path / "rows.json")
    assert ([row["id"] for row in scored], refused) == (ids, [])


@pytest.mark.parametrize("content", [[], "text", 5], ids=str)
def test_json_without_tickets_is_rejected(content: Any, tmp_path: Path) -> None:
    (tmp_path / "rows.json").write_text(json.dumps(content), encoding="utf-8")
    scored, refused = score(tmp_path, tmp_path / "rows.json")
    assert (scored, [row["reason"] for row in refused]) == (
        [],
        [f"is JSON of no known form; it holds {type(content).__name__}"],
    )


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
    turns = [{"role": role, "words": words} for _, role, words, _ in (rows[0], rows[2], rows[1], rows[4])]
    assert scored[0]["text"] == "\n".join(turn["words"] for turn in turns)
    assert scored[0]["risk"] == pytest.approx(classifier.assess(turns).risk, abs=1e-6)
    assert [(row["row"], row["rows"], row["reason"]) for row in refused] == [
        (6, 1, "column '文本' is empty in all turns of the call")
    ]
    scored, refused = score(tmp_path, tmp_path / "turns.csv", columns={"role": "none"})
    assert (len(scored), len(refused)) == (5, 1)


def test_a_text_file_is_one_text_or_when_asked_a_text_a_line(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "rows.txt").write_text(f"{LURE}\n{PLAIN}\n", encoding="utf-8")
    for given in (folder / "rows.txt", folder, str(folder / "*.txt")):
        assert len(score(tmp_path, given, lines=None)[0]) == 1
        assert len(score(tmp_path, given, lines=True)[0]) == 2
