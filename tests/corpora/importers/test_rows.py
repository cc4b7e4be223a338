"""Files of public data sets: encodings do not matter, and every mistake is named with its place."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from huashu import InputError
from huashu_corpora.importers import FORMATS, read_corpus
from texts import CASES, load_cases

IMPORTS = CASES / "imports"


def _copy(name: str, folder: Path, encoding: str, newline: str = "\n") -> Path:
    shutil.copytree(IMPORTS / name, folder / name)
    for file in (folder / name).rglob("*"):
        if file.is_file():
            file.write_bytes(file.read_text(encoding="utf-8").replace("\n", newline).encode(encoding))
    return folder / name


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
@pytest.mark.parametrize("name", FORMATS)
def test_encodings_and_line_ends_do_not_matter(name: str, encoding: str, tmp_path: Path) -> None:
    copy = _copy(name, tmp_path, encoding, "\r\n")
    assert read_corpus(f"{name}:{copy}") == read_corpus(f"{name}:{IMPORTS / name}")


def test_gb18030_with_byte_order_mark(tmp_path: Path) -> None:
    copy = tmp_path / "ChiFraud_x.csv"
    copy.write_bytes("\ufeffLabel_id\tText\n0\t晒笋干".encode("gb18030"))
    assert [document.text for document in read_corpus(f"chifraud:{copy}")] == ["晒笋干"]


@pytest.mark.parametrize(
    "data", ["春茶上市，到店品饮，买一罐送一小罐，地址见门头".encode() + b"\xe4\xba", b"\xff\xfe\x00"]
)
def test_damaged_files_do_not_become_gibberish(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "Other"
    path.write_bytes(b"\n\n" + data + b"\n")
    with pytest.raises(InputError, match=r"Other:3: is neither UTF-8 nor GB18030"):
        read_corpus(f"fbs_sms:{path}")


LONG = [
    {
        "format": "telecom5",
        "file": "a.csv",
        "content": 'content,label\n甲,0\n"' + "乙\n" * 70_000,
        "message": ":3: cannot be read as a table",
    },
    {
        "format": "fbs_sms",
        "file": "Other",
        "content": "\n" + "甲" * 200_001,
        "message": ":2: the text has 200,001 characters; the limit is 200,000",
    },
]


@pytest.mark.parametrize(
    "case", [*load_cases("import_mistakes"), *LONG], ids=lambda case: f"{case['format']} {case['message'][:40]}"
)
def test_mistakes_are_named_with_file_and_line(case: dict[str, str], tmp_path: Path) -> None:
    path = tmp_path / case["file"]
    path.write_text(case["content"], encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_corpus(f"{case['format']}:{path}")
    assert str(caught.value).startswith(f"{path}{case['message']}")


def test_late_rows_are_found_again(tmp_path: Path) -> None:
    path = tmp_path / "train.json"
    entries = [{"案情描述": f"第{number}名报警人垫付了三单。", "案件类别": "刷单返利类"} for number in range(5_000)]
    path.write_text(json.dumps([*entries, {"案件编号": 1}], ensure_ascii=False, indent=1), encoding="utf-8")
    with pytest.raises(InputError, match=r"train\.json:20002: the field '案情描述' is missing"):
        read_corpus(f"ccl2023:{path}")
