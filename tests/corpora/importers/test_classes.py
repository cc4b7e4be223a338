"""Public data sets: every class is mapped to a scheme and a register. All case texts are invented."""

from __future__ import annotations

import pytest

from huashu.labels import REGISTERS, SCHEMES
from huashu_corpora.importers import FORMATS, ccl2023, chifraud, fbs_sms, read_corpus, teleantifraud, telecom
from texts import CASES, load_cases

IMPORTS = CASES / "imports"
CLASSES = {
    "ccl2023": ccl2023.CLASSES,
    "chifraud": chifraud.CLASSES,
    "telecom5": telecom.CLASSES_5,
    "telecom8": telecom.CLASSES_8,
    "fbs_sms": fbs_sms.CLASSES,
    "teleantifraud": teleantifraud.CLASSES,
}
REGISTER = {"ccl2023": "complaint", "teleantifraud": "call"}


@pytest.mark.parametrize("name", FORMATS)
def test_every_class_has_its_scheme_and_register(name: str) -> None:
    documents = read_corpus(f"{name}:{IMPORTS / name}")
    entries = [entry for entry in load_cases("import_classes") if entry["format"] == name]
    expected = {kind: entry["scheme"] for entry in entries for kind in entry["classes"]}
    assert {document.kind: document.scheme for document in documents} == expected
    for document in documents:
        web_page = name == "chifraud" and document.kind == "0"
        assert document.register == ("report" if web_page else REGISTER.get(name, "pitch"))
        assert (document.origin, document.hand, document.group) == ("imported", name, document.id)
        assert document.tactics == ()


@pytest.mark.parametrize("name", FORMATS)
def test_class_tables_know_only_our_labels(name: str) -> None:
    assert FORMATS.keys() == CLASSES.keys()
    for scheme, register in CLASSES[name].values():
        assert scheme in SCHEMES
        assert register in REGISTERS


@pytest.mark.parametrize("name", FORMATS)
def test_case_files_cover_every_class_of_the_table(name: str) -> None:
    kinds = {document.kind for document in read_corpus(f"{name}:{IMPORTS / name}")}
    assert CLASSES[name].keys() - kinds == ({"1", "2", "3", "4"} if name == "telecom5" else set())
