"""Corpora named on a command line, ours and public ones, become one."""

from __future__ import annotations

from pathlib import Path

import pytest

from huashu import InputError
from huashu_corpora import read_documents, write_documents
from huashu_corpora.importers import FORMATS, read_corpora, read_corpus
from texts import CASES

IMPORTS = CASES / "imports"


@pytest.mark.parametrize(
    ("name", "documents", "duplicates", "blank"),
    [("ccl2023", 14, 1, 1), ("chifraud", 11, 0, 0), ("telecom5", 7, 0, 1), ("fbs_sms", 14, 1, 0)],
)
def test_what_is_left_out_is_counted(name: str, documents: int, duplicates: int, blank: int) -> None:
    corpus = read_corpora([f"{name}:{IMPORTS / name}"])
    assert (len(corpus.documents), corpus.duplicates, corpus.blank) == (documents, duplicates, blank)


def test_ids_are_the_places_of_the_rows() -> None:
    ids = [document.id for document in read_corpus(f"telecom5:{IMPORTS / 'telecom5'}")]
    assert ids == [f"telecom5-{number}" for number in (1, 2, 4, 5, 6, 7, 8)]  # row 3 has no text


def test_imported_documents_are_ours(tmp_path: Path) -> None:
    documents = read_corpora(f"{name}:{IMPORTS / name}" for name in FORMATS).documents
    write_documents(tmp_path / "own.jsonl", documents)
    assert read_documents([tmp_path / "own.jsonl"]) == list(documents)
    assert read_corpus(str(tmp_path / "own.jsonl")) == list(documents)


@pytest.mark.parametrize("name", FORMATS)
def test_missing_files_and_empty_folders(name: str, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "label1.csv").write_text("hidden", encoding="utf-8")
    with pytest.raises(InputError, match="the folder has no file like"):
        read_corpus(f"{name}:{tmp_path}")
    with pytest.raises(InputError, match="cannot be read"):
        read_corpus(f"{name}:{tmp_path / 'nowhere'}")
    with pytest.raises(InputError, match=f"the path is missing in '{name}:'"):
        read_corpus(f"{name}:")


def test_unknown_format_and_colons_in_plain_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r"unknown corpus format 'telcom5' in .*; known are ccl2023, chifraud"):
        read_corpus("telcom5:somewhere")
    for path in ("C:\\data\\own.jsonl", "/data/a:b/own.jsonl"):
        with pytest.raises(InputError, match="cannot be read"):
            read_corpus(path)
    monkeypatch.chdir(tmp_path)
    Path("my:own.jsonl").write_text('{"id": "x", "text": "甲", "scheme": "none", "register": "pitch"}', "utf-8")
    assert [document.id for document in read_corpus("my:own.jsonl")] == ["x"]


def test_home_is_expanded_after_the_colon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(IMPORTS))
    monkeypatch.setenv("USERPROFILE", str(IMPORTS))
    assert len(read_corpus("telecom8:~/telecom8")) == 8


def test_several_corpora_become_one(tmp_path: Path) -> None:
    own = tmp_path / "own.jsonl"
    own.write_text(
        '{"id": "x", "text": "周六上午，社区放电影！请自带板凳", "scheme": "none", "register": "pitch"}', "utf-8"
    )
    files = [f"telecom8:{IMPORTS / 'telecom8' / f'label{number}-new1030.csv'}" for number in (0, 1, 1, 2)]
    corpus = read_corpora([*files, str(own)])
    assert [document.id for document in corpus.documents] == ["x", "telecom8-2", "telecom8-4"]
    assert corpus.duplicates == 2
    own.write_text('{"id": "telecom8-1", "text": "别的", "scheme": "none", "register": "pitch"}', "utf-8")
    with pytest.raises(InputError, match=r"csv:2: the id 'telecom8-1' stands already"):
        read_corpora([*files, str(own)])
