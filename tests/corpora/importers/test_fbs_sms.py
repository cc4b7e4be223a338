"""SMS of fake base stations: classes are files, folders or a column."""

from __future__ import annotations

from pathlib import Path

import pytest

from huashu_corpora.importers import read_corpus


@pytest.mark.parametrize("file", ["FR:Financial", "FR_Financial.txt", "FR_Financial/messages.txt", "FR：Financial"])
def test_sms_classes_are_files_or_folders(file: str, tmp_path: Path) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text("牛股 内参 QQ DIGIT 今晚 hk9 ok \n", encoding="utf-8")
    for path in (tmp_path, tmp_path / file):
        (document,) = read_corpus(f"fbs_sms:{path}")
        assert (document.kind, document.text) == ("FR:Financial", "牛股内参QQ DIGIT今晚hk9 ok")


def test_sms_classes_in_a_column(tmp_path: Path) -> None:
    path = tmp_path / "sms.tsv"
    path.write_text("label\ttext\nIL_Gambling\t首 充 送\nFR:Phishing(Bank)\t密码 器 过期", encoding="utf-8")
    assert [document.kind for document in read_corpus(f"fbs_sms:{path}")] == ["IL:Gambling", "FR:Phishing(Bank)"]
