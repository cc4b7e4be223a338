"""FBS_SMS_Dataset, SMS sent by fake base stations in China (CCS 2020).

Source of the format: https://github.com/Cypher-Z/FBS_SMS_Dataset. A text file for each of 14 classes, named after it
without a suffix (``FR:Phishing(Bank)``), an SMS a line. The texts are segmented with blanks, without punctuation, and
contacts are placeholders (NAME, DIGIT, CELLPHONE, URL); blanks next to Chinese characters are taken out, placeholders
stay. Where a file name cannot have a colon the class may be written with ``_``, it may have the suffix ``.txt``, and it
may be the name of the folder that the file is in. A table with the columns ``text`` and ``label`` is read as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from huashu.errors import InputError
from huashu.reading.normalise import HAN
from huashu_corpora.importers.rows import Classes, Row, files_in, labelled, read_either, table

CLASSES: Classes = {
    "AD:Loan": ("loan_card", "pitch"),  # cards, limits and cash-out by agencies
    "AD:Network_service": ("none", "pitch"),
    "AD:Other": ("none", "pitch"),
    "AD:Real_estate": ("none", "pitch"),
    "AD:Retail": ("none", "pitch"),
    "FR:Financial": ("investment", "pitch"),
    "FR:Other": ("other_fraud", "pitch"),
    "FR:Phishing(Bank)": ("other_fraud", "pitch"),
    "FR:Phishing(Other)": ("other_fraud", "pitch"),
    "IL:Escort_service": ("romance", "pitch"),
    "IL:Fake_ID_and_invoice": ("other_fraud", "pitch"),
    "IL:Gambling": ("other_fraud", "pitch"),
    "IL:Political_propaganda": ("none", "pitch"),
    "Other": ("none", "pitch"),
}
"""Class -> (scheme, register). AD are adverts, FR fraud, IL illegal offers in the words of the set's authors."""

_BY_FILE_NAME = {name.replace(":", "_"): name for name in CLASSES}
_BLANKS = re.compile(rf"(?<=[{HAN}])[ \t]+|[ \t]+(?=[{HAN}])")


def _class(name: str) -> str:
    """The class that a file, a folder or a cell names, or ``name`` as it is."""
    return _BY_FILE_NAME.get(re.sub("[:：]", "_", name), name)


def rows(path: Path) -> Iterator[Row]:
    """The rows of a class file, of a table, or of all files in a folder but ``*.md`` and ``LICENSE``."""
    for file in files_in(path, "*"):
        if file != path and (file.suffix == ".md" or file.stem == "LICENSE"):
            continue
        named = file.stem if file.suffix in {".txt", ".csv", ".tsv"} else file.name
        kind = next((name for name in (_class(named), _class(file.parent.name)) if name in CLASSES), "")
        if kind:
            for number, line in enumerate(read_either(file).split("\n"), 1):
                if line.strip():
                    yield labelled(f"{file}:{number}", _BLANKS.sub("", line), kind, CLASSES)
        elif file.suffix in {".csv", ".tsv"}:
            for where, (text, label) in table(file, ["text", "content"], ["label", "class"]):
                yield labelled(where, _BLANKS.sub("", text), _class(label.strip()), CLASSES)
        else:
            raise InputError(f"{file}: the name is none of the set's classes; expected one of {', '.join(CLASSES)}")
