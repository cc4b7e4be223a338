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
    import opencc

    convert = opencc.OpenCC("t2s").convert
    pairs = ((chr(code), convert(chr(code))) for code in range(FIRST, LAST + 1))
    return {old: new for old, new in pairs if old != new and len(new) == 1 and ord(new) <= LAST}


def toneless(pinyin: str) -> str:
    """``fèi`` -> ``fei``; ü is kept apart from u, as in lü and lu."""
    decomposed = unicodedata.normalize("NFD", pinyin)
    return "".join(mark for mark in decomposed if not unicodedata.combining(mark) or mark == "\u0308")


def homophone_table(simplified: dict[str, str]) -> dict[str, str]:
    """Simplified character -> the first common character with the same toneless pinyin.

    Representatives are taken in the order of GB 2312, whose first level holds the 3,755 commonest characters in
    order of pinyin, so that a representative is a character that people know.
    """
    from pypinyin.pinyin_dict import pinyin_dict

    def common_first(char: str) -> tuple[int, bytes | str]:
        try:
            return (0, char.encode("gb2312"))
        except UnicodeEncodeError:
            return (1, char)

    chars = [chr(code) for code in range(FIRST, LAST + 1) if code in pinyin_dict and chr(code) not in simplified]
    representative: dict[str, str] = {}
    table: dict[str, str] = {}
    for char in sorted(chars, key=common_first):
        sound = toneless(pinyin_dict[ord(char)].split(",")[0])
        table[char] = representative.setdefault(sound, char)
    return {char: folded for char, folded in sorted(table.items()) if char != folded}


def pinyin_table(homophones: dict[str, str]) -> dict[str, str]:
    """Representative -> toneless pinyin in plain letters (ü as v, as people type it)."""
    from pypinyin.pinyin_dict import pinyin_dict

    sounds = {char: toneless(pinyin_dict[ord(char)].split(",")[0]) for char in set(homophones.values())}
    return {char: unicodedata.normalize("NFC", sound).replace("ü", "v") for char, sound in sorted(sounds.items())}


def build() -> str:
    """The file's content as JSON, the same on every run."""
    simplified = simplified_table()
    homophones = homophone_table(simplified)
    data: dict[str, str | dict[str, str]] = {
        "traditional": "".join(simplified),
        "simplified": "".join(simplified.values()),
        "homophone_from": "".join(homophones),
        "homophone_to": "".join(homophones.values()),
        "pinyin": pinyin_table(homophones),
    }
    return json.dumps(data, ensure_ascii=False, indent=0) + "\n"


if __name__ == "__main__":
    TABLE_PATH.write_text(build(), encoding="utf-8")
