"""A folder of 200 files in every form that is read, some broken or hostile: is every item accounted for, in how much
memory?

    python benchmarks/mixed_folder.py [FOLDER]

FOLDER (default: a temporary one) is filled and scored once by ``huashu score``; what is expected of each file is known
from its making.
"""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import docx
import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from call_forms import WRITERS

CALL = [
    {"role": "坐席", "words": "老板您好，刷卡机总部的，您那台月底停用", "begin": 0, "end": 4000},
    {"role": "客户", "words": "停用了咋收钱", "begin": 4200, "end": 5600},
    {"role": "坐席", "words": "给您寄新的，头一笔扣二百九十八服务费，下月退", "begin": 6000, "end": 11_000},
    {"role": "客户", "words": "那寄吧", "begin": 11_500, "end": 12_000},
]
TEXTS = ["有人自称总部，寄来一台机器，头一笔少了二百九十八。", "楼道灯坏了半个月没人修。", "快递放错驿站，找不着了。"]
ENCODINGS = ("utf-8", "gb18030", "utf-16")
FILES, LARGE, BOMB = 200, 50 << 20, 1 << 30


def table(encoding: str) -> bytes:
    return ("编号,投诉内容\n" + "".join(f"{n},{text}\n" for n, text in enumerate(TEXTS))).encode(encoding)


def workbook(_: str) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([["编号", "投诉内容"], *([str(n), text] for n, text in enumerate(TEXTS))]):
            sheet.write_row(row, 0, cells)
    return data.getvalue()


def parquet(_: str) -> bytes:
    data = io.BytesIO()
    pq.write_table(pa.table({"id": ["a", "b", "c"], "text": TEXTS}), data)
    return data.getvalue()


def letter(_: str) -> bytes:
    data, document = io.BytesIO(), docx.Document()
    document.add_paragraph(TEXTS[0])
    document.save(data)
    return data.getvalue()


def mail(_: str) -> bytes:
    return f"From: a@x.invalid\nTo: b@x.invalid\nSubject: =?utf-8?b?5oqV6K+J?=\n\n{TEXTS[0]}\n".encode()


def archive(encoding: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as packed:
        packed.writestr("一.csv", table(encoding))
        packed.writestr("二.txt", TEXTS[1].encode(encoding))
    return data.getvalue()


def text_of_calls(writer: Callable[..., bytes]) -> Callable[[str], bytes]:
    """A writer of calls in any encoding, unless it has one of its own."""

    def write(encoding: str) -> bytes:
        data = writer(CALL)
        try:
            return data.decode("utf-8-sig").encode(encoding)
        except UnicodeDecodeError:
            return data

    return write


FORMS: dict[str, tuple[str, Callable[[str], bytes], int]] = {
    name: (file.removeprefix("a"), text_of_calls(write), 1) for name, (file, write, _) in WRITERS.items()
} | {
    "table": (".csv", table, 3), "workbook": (".xlsx", workbook, 3), "parquet": (".parquet", parquet, 3),
    "letter": (".docx", letter, 1), "mail": (".eml", mail, 1), "archive": (".zip", archive, 4),
    "packed": (".csv.gz", lambda encoding: gzip.compress(table(encoding)), 3),
    "text": (".txt", lambda encoding: TEXTS[0].encode(encoding), 1),
}  # fmt: skip
"""Form -> ending, writer in an encoding, and how many items it holds."""


def bomb() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed, packed.open("a.csv", "w") as member:
        member.write("编号,投诉内容\n1,".encode())
        for _ in range(BOMB >> 20):
            member.write(b"9" * (1 << 20))
    return data.getvalue()


LOCKED = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1016) + "EncryptedPackage".encode("utf-16-le") + bytes(4096)
BROKEN: dict[str, bytes] = {
    "半截.xlsx": workbook("")[:2000], "半截.zip": archive("utf-8")[:-60],
    "半截.csv.gz": gzip.compress(table("utf-8"))[:-20],
    "空.csv": b"", "坏.json": b'{"a": [', "别的.json": b'{"a": 1}',
    "图.csv": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "坏.parquet": b"PAR1" + bytes(64), "旧.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1024),
    "坏.pdf": b"%PDF-1.4\n",
}  # fmt: skip


def large() -> Iterator[str]:
    """Rows of a table of ``LARGE`` bytes."""
    yield "编号,投诉内容\n"
    size = number = 0
    while size < LARGE:
        number += 1
        row = f"{number},{TEXTS[number % 3] * 20}\n"
        size += len(row.encode())
        yield row


def fill(folder: Path) -> dict[str, int]:
    """Write the files; how many items each holds, to be judged or refused."""
    expected: dict[str, int] = {}
    for name, data in {**BROKEN, "锁.xlsx": LOCKED, "炸.zip": bomb()}.items():
        (folder / name).write_bytes(data)
        expected[name] = 1
    with (folder / "大.csv").open("w", encoding="utf-8") as file:
        expected["大.csv"] = sum(1 for row in large() if file.write(row)) - 1
    number = 0
    while len(expected) < FILES:
        ending, write, items = list(FORMS.values())[number % len(FORMS)]
        name = f"{number:03}{ending}"
        (folder / name).write_bytes(write(ENCODINGS[number // len(FORMS) % len(ENCODINGS)]))
        expected[name] = items
        number += 1
    return expected


def memory(process: subprocess.Popen[bytes]) -> int:
    """Bytes that a process and its children have of their own at present."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, parent = int(status.parent.name), int(status.read_text().rpartition(")")[2].split()[1])
            if process.pid in (pid, parent):
                rollup = (status.parent / "smaps_rollup").read_text()
                total += next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")) << 10
        except (OSError, StopIteration):
            continue
    return total


def run(folder: Path, output: Path) -> tuple[int, int, float]:
    """Exit code, the most memory at a time, seconds of scoring the folder."""
    start = time.perf_counter()
    command = [sys.executable, "-m", "huashu_api.cli", "score", str(folder), "-o", str(output)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        most = 0
        while process.poll() is None:
            most = max(most, memory(process))
            time.sleep(0.1)
    return process.returncode, most, time.perf_counter() - start


def counted(output: Path) -> tuple[dict[str, int], dict[str, str]]:
    """Items by file, and the reason of the first refusal of each."""
    items: dict[str, int] = {}
    reasons: dict[str, str] = {}
    for path in (output, output.with_name(output.name + ".rejects.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                name = Path(str(row["file"]).partition(".zip")[0] + ".zip" * (".zip" in row["file"])).name
                items[name] = items.get(name, 0) + 1
                if "reason" in row:
                    reasons.setdefault(name, str(row["reason"]))
    return items, reasons


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(temporary) / "文件夹"
        folder.mkdir(exist_ok=True)
        expected = fill(folder)
        code, most, seconds = run(folder, Path(temporary) / "out.jsonl")
        items, reasons = counted(Path(temporary) / "out.jsonl")
    wrong = {name: (count, items.get(name, 0)) for name, count in expected.items() if items.get(name, 0) != count}
    print(f"{len(expected)} files, {sum(expected.values()):,} items; exit code {code}")
    print(f"accounted for in {len(expected) - len(wrong)} files; {seconds:.1f} s, at most {most / 1e6:.0f} MB")
    for name, (count, found) in wrong.items():
        print(f"  {name}: {found} items of {count}")
    for name, reason in sorted(reasons.items()):
        print(f"  {name}: {reason}")


if __name__ == "__main__":
    main()
