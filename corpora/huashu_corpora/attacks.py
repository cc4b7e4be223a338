"""Attacks on texts: what speech recognition slips on and how senders dodge filters.

Each attack takes a text and a random generator and returns ``(text, origin)``: the noisy text and, for each of its
characters, the offset in the given text that it stands for (an inserted character takes its left neighbour's, padding
has ``FOREIGN``), so that spans can follow. All rates are shares of the Chinese characters.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import files

from huashu.reading.normalise import has_chinese, homophone_table, shipped_tables

Noisy = tuple[str, list[int]]
Attack = Callable[[str, random.Random], Noisy]

FOREIGN = -1
"""Origin of a character that stands for nothing in the given text."""
PADDING = 2000
"""Characters of harmless text that :func:`padded` puts around a text."""

ZERO_WIDTH = "\u200b\u200c\u200d\ufeff"
SYMBOLS = "*-_.·~|/^"
EMOJI = "🔥✨📱💰✅❤👉🎁"
FILLERS = ("嗯", "啊", "呃", "那个", "就是说", "这个", "然后")
SPLIT = {"费": "弗贝", "银": "钅艮", "机": "木几", "信": "亻言", "钱": "钅戋", "卡": "上卜", "级": "纟及", "诈": "讠乍"}
SPLIT |= {
    "刷": "尸巾刂",
    "押": "扌甲",
    "股": "月殳",
    "转": "车专",
    "账": "贝长",
    "贷": "代贝",
    "投": "扌殳",
    "好": "女子",
}

SIMILAR = dict(
    zip(
        "微信银返账刷贷客服级设激活扣退换期免元率涨钱收升商机款押费卡寄刷未己天人日本户代投股利息保证金贝车到操核验证",
        "徽伩很反帐唰货容报极没邀话和腿唤朝兔无卒张浅牧井啇仉歀狎贵咔奇唰末已夭入曰木尸伐设肢刹媳堡让全见东倒澡该脸让",
        strict=True,
    )
)
"""Character -> one drawn like it, as senders put it to dodge filters."""


def _map(text: str, change: Callable[[int, str], str]) -> Noisy:
    """Replace each character by ``change(offset, character)``."""
    pieces = [change(i, char) for i, char in enumerate(text)]
    return "".join(pieces), [i for i, piece in enumerate(pieces) for _ in piece]


@cache
def _same_sound() -> dict[str, str]:
    """Representative -> the common characters of its sound."""
    families: dict[str, str] = {}
    for code, representative in homophone_table().items():
        try:
            chr(code).encode("gb2312")
        except UnicodeEncodeError:
            continue
        families[representative] = families.get(representative, representative) + chr(code)
    return families


def _representative(char: str) -> str:
    return homophone_table().get(ord(char), char)


def homophones(rate: float) -> Attack:
    """Characters replaced by others of the same toneless sound."""

    def attack(text: str, rng: random.Random) -> Noisy:
        def change(_: int, char: str) -> str:
            if not has_chinese(char) or rng.random() >= rate:
                return char
            return rng.choice(_same_sound().get(_representative(char), char))

        return _map(text, change)

    return attack


def pinyin(rate: float, initials: bool = False) -> Attack:
    """Characters written by their sound in letters, in full or by the first letter."""

    def attack(text: str, rng: random.Random) -> Noisy:
        sounds: dict[str, str] = shipped_tables()["pinyin"]

        def change(_: int, char: str) -> str:
            if not has_chinese(char) or rng.random() >= rate:
                return char
            sound = sounds.get(_representative(char), char)
            return sound[0] if initials else sound

        return _map(text, change)

    return attack


def insert(characters: Sequence[str], rate: float) -> Attack:
    """One of ``characters`` put after some Chinese characters."""

    def attack(text: str, rng: random.Random) -> Noisy:
        return _map(
            text,
            lambda _, char: char + rng.choice(characters) if has_chinese(char) and rng.random() < rate else char,
        )

    return attack


def drop(rate: float) -> Attack:
    """Chinese characters left out."""

    def attack(text: str, rng: random.Random) -> Noisy:
        return _map(text, lambda _, char: "" if has_chinese(char) and rng.random() < rate else char)

    return attack


def full_width(text: str, rng: random.Random) -> Noisy:
    """Latin letters, digits and signs in full width."""
    return _map(text, lambda _, char: chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char)


def traditional(text: str, rng: random.Random) -> Noisy:
    """Simplified characters in traditional form, where the shipped table knows one."""
    tables = shipped_tables()
    table = dict(zip(tables["simplified"], tables["traditional"], strict=True))
    return _map(text, lambda _, char: table.get(char, char))


def split_characters(text: str, rng: random.Random) -> Noisy:
    """Characters taken apart into their components."""
    return _map(text, lambda _, char: SPLIT.get(char, char))


def similar_characters(text: str, rng: random.Random) -> Noisy:
    """Half of the characters that have one drawn like them replaced by it, Latin capitals by Cyrillic ones too."""
    table = SIMILAR | dict(zip("POSBACEHKMTX", "РОЅВАСЕНКМТХ", strict=True))
    return _map(text, lambda _, char: table[char] if char in table and rng.random() < 0.5 else char)


_SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]*")


def shuffled_sentences(text: str, rng: random.Random) -> Noisy:
    """The sentences in another order; a text of one sentence has its clauses moved."""
    pieces = [match.span() for match in _SENTENCE.finditer(text) if match[0]]
    if len(pieces) < 2:
        pieces = [match.span() for match in re.finditer("[^，,]*[，,]*", text) if match[0]]
    rng.shuffle(pieces)
    origin = [i for start, end in pieces for i in range(start, end)]
    return "".join(text[i] for i in origin), origin


@cache
def _harmless() -> tuple[str, ...]:
    """Sentences of everyday text, invented for this and never learned from."""
    passages: list[str] = json.loads(files("huashu_corpora").joinpath("data/harmless.json").read_text(encoding="utf-8"))
    return tuple(passages)


def padded(text: str, rng: random.Random) -> Noisy:
    """``PADDING`` characters of harmless sentences around the text, half before it and half after."""
    sides = []
    passages = list(_harmless())
    rng.shuffle(passages)
    for _ in range(2):
        side = ""
        while len(side) < PADDING // 2:
            side += passages.pop()
        sides.append(side)
    before, after = f"{sides[0]}\n", f"\n{sides[1]}"
    origin = [FOREIGN] * len(before) + list(range(len(text))) + [FOREIGN] * len(after)
    return before + text + after, origin


def no_punctuation(text: str, rng: random.Random) -> Noisy:
    """Punctuation left out, line ends kept."""
    return _map(text, lambda _, char: "" if char in "，。！？；：、,.!?;:“”\"'（）()…" else char)


def recognised(text: str, rng: random.Random) -> Noisy:
    """As a speech recogniser writes it: slips of sound, lost characters, fillers, no punctuation."""
    return chain(homophones(0.06), drop(0.02), insert(FILLERS, 0.02), no_punctuation)(text, rng)


def chain(*attacks: Attack) -> Attack:
    """The attacks one after the other."""

    def attack(text: str, rng: random.Random) -> Noisy:
        origin = list(range(len(text)))
        for step in attacks:
            text, moved = step(text, rng)
            origin = [origin[i] if i >= 0 else FOREIGN for i in moved]
        return text, origin

    return attack


ATTACKS: dict[str, Attack] = {
    "zero_width": insert(ZERO_WIDTH, 0.3),
    "symbols": insert(SYMBOLS, 0.3),
    "emoji": insert(EMOJI, 0.15),
    "full_width": full_width,
    "traditional": traditional,
    "homophones_20": homophones(0.2),
    "homophones_40": homophones(0.4),
    "pinyin_20": pinyin(0.2),
    "initials_20": pinyin(0.2, initials=True),
    "split_characters": split_characters,
    "similar_characters": similar_characters,
    "dropped_5": drop(0.05),
    "no_punctuation": no_punctuation,
    "recognised": recognised,
    "shuffled_sentences": shuffled_sentences,
    "benign_padding": padded,
}

TEACHING = (
    "recognised",
    "homophones_20",
    "symbols",
    "pinyin_20",
    "dropped_5",
    "traditional",
    "no_punctuation",
    "initials_20",
    "split_characters",
    "similar_characters",
)
"""The attacks that training adds copies of; the others are kept for measuring only."""
