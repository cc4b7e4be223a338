"""Normalisation that keeps offsets: the same text for the same words, however they were disguised or typed.

The steps run in the order of ``STEPS``. The first is one per-character table (width and compatibility forms, invisible
characters, case, look-alike letters, traditional to simplified); the others are small rewrites that only delete
characters or replace one by one, so that each result character comes from exactly one raw character.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

HAN_RANGES = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF))
"""First and last code points of what counts as a Chinese character (CJK extension A and the unified block, which is
what is met in life): the only place that says so."""
HAN = "".join(f"{chr(first)}-{chr(last)}" for first, last in HAN_RANGES)
"""The same as the inside of a character class of ``re``."""
_HAN_CHARACTER = re.compile(f"[{HAN}]")
SYMBOL = r"*_\-~·.|/\\^+=#@&%$`'\"<>\u2010-\u2bff\ufe0f\U0001f000-\U0001faff"

# Letters of other scripts that are drawn like Latin ones; after lower-casing.
LOOKALIKES = dict(zip("авекмнорстухіѕјԁɡοαρντυκιχ", "abekmhopctyxisjdgoapvtukix", strict=True))

# Where compatibility, invisible and cased characters live; a scan of all Unicode would cost start-up time.
_RANGES = (
    (0x0000, 0x0590),
    (0x2000, 0x3400),
    (0xF900, 0xFB10),
    (0xFE00, 0x10000),
    (0x1D400, 0x1D800),
    (0x1F100, 0x1F200),
    (0xE0000, 0xE01F0),
)


def has_chinese(text: str) -> bool:
    """Whether any character of ``text`` is a Chinese one."""
    return _HAN_CHARACTER.search(text) is not None


def count_chinese(text: str) -> int:
    """How many characters of ``text`` are Chinese ones."""
    return len(_HAN_CHARACTER.findall(text))


@dataclass(frozen=True, slots=True)
class Normalised:
    """A normalised text and where it came from.

    ``origin[i]`` is the offset in the raw text of the character that gave ``text[i]``; ``None`` stands for the
    identity (nothing moved). Origins never decrease.
    """

    text: str
    origin: Sequence[int] | None

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """The raw ``(start, end)`` of the non-empty normalised span ``[start, end)``."""
        if self.origin is None:
            return start, end
        return self.origin[start], self.origin[end - 1] + 1


Step = Callable[[str], tuple[str, Sequence[int] | None]]


def _fold_character(char: str) -> str:
    if char == "\n":
        return char
    if char == "\t":
        return " "
    folded = unicodedata.normalize("NFKC", char).lower()
    folded = "".join(c for c in folded if unicodedata.category(c) not in ("Cf", "Cc", "Mn", "Me"))
    return "".join(LOOKALIKES.get(c, c) for c in folded)


@cache
def shipped_tables() -> dict[str, Any]:
    """What is in ``data/characters.json`` (see ``huashu_training.character_tables``)."""
    data: dict[str, Any] = json.loads(files("huashu").joinpath("data/characters.json").read_text(encoding="utf-8"))
    return data


@cache
def character_table() -> dict[int, str]:
    """Code point -> replacement of zero or more characters; characters that stay are absent."""
    tables = shipped_tables()
    simplified = dict(zip(tables["traditional"], tables["simplified"], strict=True))
    table = {ord(old): new for old, new in simplified.items()}
    for first, stop in _RANGES:
        for code in range(first, stop):
            char = chr(code)
            if 0xD800 <= code < 0xE000 or (code < 0x80 and not char.isupper() and char >= " "):
                continue
            folded = "".join(simplified.get(c, c) for c in _fold_character(char))
            if folded != char:
                table[code] = folded
    return table


@cache
def _resizing() -> frozenset[str]:
    """The characters that the table deletes or expands; without one, offsets do not move."""
    return frozenset(chr(code) for code, new in character_table().items() if len(new) != 1)


def fold_characters(text: str) -> tuple[str, Sequence[int] | None]:
    """Apply the per-character table."""
    table = character_table()
    folded = text.translate(table)
    if _resizing().isdisjoint(text):
        return folded, None
    origin = [i for i, char in enumerate(text) for _ in table.get(ord(char), char)]
    return folded, origin


_ZERO_IN_LATIN = re.compile(r"(?<=[a-z])0(?=[a-z])|(?<=(?<![a-z0-9])p)0(?=5)|(?<=(?<![a-z0-9])p[o0])5(?![a-z0-9])")


def restore_letters(text: str) -> tuple[str, Sequence[int] | None]:
    """Digits that stand for letters inside a Latin word: ``p0s`` and ``po5`` become ``pos``."""
    if "0" not in text and "5" not in text:
        return text, None
    return _ZERO_IN_LATIN.sub(lambda match: {"0": "o", "5": "s"}[match[0]], text), None


def _delete(text: str, spans: Iterable[tuple[int, int]]) -> tuple[str, Sequence[int] | None]:
    origin: list[int] = []
    at = 0
    for start, end in spans:
        origin.extend(range(at, start))
        at = end
    if at == 0:
        return text, None
    origin.extend(range(at, len(text)))
    return "".join([text[i] for i in origin]), origin


_SPACE_IN_HAN = re.compile(f"(?<=[{HAN}]) +(?=[{HAN}])")


def join_spaced(text: str) -> tuple[str, Sequence[int] | None]:
    """Drop blanks between Chinese characters."""
    if " " not in text:
        return text, None
    return _delete(text, (match.span() for match in _SPACE_IN_HAN.finditer(text)))


_SPELLED_OUT = re.compile(f"[{HAN}](?:[{SYMBOL}]{{1,2}}[{HAN}]){{2,}}")
_SYMBOLS = re.compile(f"[{SYMBOL}]+")


def join_split(text: str) -> tuple[str, Sequence[int] | None]:
    """Drop symbols and emoji put between single characters, as in ``服*务*费``; one alone (``王*明``) stays."""
    if not _SYMBOLS.search(text):
        return text, None
    return _delete(
        text,
        (symbols.span() for run in _SPELLED_OUT.finditer(text) for symbols in _SYMBOLS.finditer(text, *run.span())),
    )


STEPS: tuple[Step, ...] = (fold_characters, restore_letters, join_spaced, join_split)


def normalise(text: str) -> Normalised:
    """Run all steps over ``text``; any string is accepted, lone surrogates and the empty string included."""
    origin: Sequence[int] | None = None
    for step in STEPS:
        text, moved = step(text)
        if moved is not None:
            origin = moved if origin is None else [origin[i] for i in moved]
    return Normalised(text, origin)


@cache
def homophone_table() -> dict[int, str]:
    """Code point -> one representative of the character's toneless pinyin, for ``str.translate``."""
    tables = shipped_tables()
    return dict(zip(map(ord, tables["homophone_from"]), tables["homophone_to"], strict=True))
