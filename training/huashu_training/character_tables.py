"""Makes the character tables that the runtime ships, from the data of OpenCC and pypinyin.

    python -m huashu_training.character_tables

writes ``model/huashu/data/characters.json`` with two pairs of strings of equal length, character by character:
``traditional`` -> ``simplified`` (OpenCC ``t2s``) and ``homophone_from`` -> ``homophone_to`` (each character to one
representative of its toneless pinyin; pypinyin's first reading), and ``pinyin``, the sound of each representative. The
runtime needs neither library. A test proves that the shipped file is what the libraries give.
"""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import huashu
from huashu.reading.normalise import HAN_RANGES

TABLE_PATH = Path(huashu.__file__).parent / "data" / "characters.json"
FIRST, LAST = HAN_RANGES[0][0], HAN_RANGES[-1][1]


def simplified_table() -> dict[str, str]:
    """Traditional character -> simplified, for the characters that change; one character each side."""
    import opencc  # noqa: PLC0415  (for developers only)

    convert = opencc.OpenCC("t2s").convert
    pairs = ((chr(code), convert(chr(code))) for code in range(FIRST, LAST + 1))
    return {old: new for old, new in pairs if old != new and len(new) == 1 and ord(new) <= LAST}


def toneless(pinyin: str) -> str:
    """``fèi`` -> ``fei``; ü is kept apart from u, as in lü and lu."""
    decomposed = unicodedata.normalize("NFD", pinyin)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark) or mark == "\u0308")


def sounds() -> dict[str, str]:
    """Character -> the toneless pinyin of its first reading."""
    from pypinyin.pinyin_dict import pinyin_dict  # noqa: PLC0415  (for developers only)

    return {
        chr(code): toneless(pinyin_dict[code].split(",")[0]) for code in range(FIRST, LAST + 1) if code in pinyin_dict
    }


def homophone_table(sound_of: dict[str, str], simplified: dict[str, str]) -> dict[str, str]:
    """Simplified character -> the first common character with the same toneless pinyin.

    Representatives are taken in the order of GB 2312, whose first level holds the 3,755 commonest characters in
    order of pinyin, so that a representative is a character that people know.
    """

    def common_first(char: str) -> tuple[int, bytes | str]:
        try:
            return (0, char.encode("gb2312"))
        except UnicodeEncodeError:
            return (1, char)

    representative: dict[str, str] = {}
    table: dict[str, str] = {}
    for char in sorted((char for char in sound_of if char not in simplified), key=common_first):
        table[char] = representative.setdefault(sound_of[char], char)
    return {char: folded for char, folded in sorted(table.items()) if char != folded}


def pinyin_table(sound_of: dict[str, str], homophones: dict[str, str]) -> dict[str, str]:
    """Representative -> toneless pinyin in plain letters (ü as v, as people type it)."""
    representatives = sorted(set(homophones.values()))
    return {char: unicodedata.normalize("NFC", sound_of[char]).replace("ü", "v") for char in representatives}


def tables_as_json() -> str:
    """The file's content, the same on every run."""
    sound_of, simplified = sounds(), simplified_table()
    homophones = homophone_table(sound_of, simplified)
    data: dict[str, str | dict[str, str]] = {
        "traditional": "".join(simplified),
        "simplified": "".join(simplified.values()),
        "homophone_from": "".join(homophones),
        "homophone_to": "".join(homophones.values()),
        "pinyin": pinyin_table(sound_of, homophones),
    }
    return json.dumps(data, ensure_ascii=False, indent=0) + "\n"


if __name__ == "__main__":
    TABLE_PATH.write_text(tables_as_json(), encoding="utf-8")
