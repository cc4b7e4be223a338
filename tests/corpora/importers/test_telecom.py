"""Tables of messages: merged ones, and quotation marks that belong to the text."""

from __future__ import annotations

from pathlib import Path

from huashu_corpora.importers import read_corpus
from texts import CASES

IMPORTS = CASES / "imports"


def test_merged_tables_of_telecom5_are_read(tmp_path: Path) -> None:
    path = tmp_path / "train.csv"
    path.write_text("text,class\n" + "".join(f"第{number}条,{number}\n" for number in range(5)), encoding="utf-8")
    schemes = [document.scheme for document in read_corpus(f"telecom5:{path}")]
    assert schemes == ["none", "authority", "loan_card", "fake_service", "acquaintance"]


def test_stray_quotation_marks_stay() -> None:
    texts = {
        document.id: document.text
        for name in ("telecom5", "telecom8", "chifraud")
        for document in read_corpus(f"{name}:{IMPORTS / name}")
    }
    assert texts["telecom8-5"].endswith('发这个账号。"')
    assert texts["chifraud-1"].startswith('"小满')
    assert texts["telecom5-2"] == '妈，晚饭不用等我，厂里"加班"到九点'
