"""How fast files are read, without judging: rows a second of the same table in each form.

python benchmarks/reading.py [ROWS]
"""

from __future__ import annotations

import csv
import io
import json
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

from huashu_api.ingest import ReadOptions, find, read

ROWS = 100_000
TEXT = "来电人反映，有人自称刷卡机总部，寄来一台新机器，头一笔少了二百九十八元，说下月退，现在电话不接。"
HEADER = ("工单号", "受理时间", "来源", "投诉内容")


def row(number: int) -> tuple[str, str, str, str]:
    return str(number), f"2025-07-{number % 28 + 1:02} 10:00", "电话", f"{number}{TEXT}"


def write_csv(path: Path, rows: int) -> None:
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([HEADER, *map(row, range(rows))])


def write_json_lines(path: Path, rows: int) -> None:
    with path.open("w", encoding="utf-8") as file:
        for number in range(rows):
            file.write(json.dumps(dict(zip(HEADER, row(number), strict=True)), ensure_ascii=False) + "\n")


def write_workbook(path: Path, rows: int) -> None:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"constant_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate([HEADER, *map(row, range(rows))]):
            sheet.write_row(number, 0, cells)
    path.write_bytes(data.getvalue())


def write_parquet(path: Path, rows: int) -> None:
    pq.write_table(pa.Table.from_pylist([dict(zip(HEADER, row(n), strict=True)) for n in range(rows)]), path)


def main() -> None:
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    writers = {
        "a.csv": write_csv, "a.jsonl": write_json_lines, "a.xlsx": write_workbook, "a.parquet": write_parquet
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for name, write in writers.items():
            path = Path(folder) / name
            write(path, rows)
            start = time.perf_counter()
            (file,) = find([str(path)])
            count = sum(item.source is not None for item in read(file, ReadOptions()))
            seconds = time.perf_counter() - start
            print(f"{name:10} {count:9,} rows, {count / seconds:9,.0f} rows/s")


if __name__ == "__main__":
    main()
