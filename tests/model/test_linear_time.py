"""No text costs more than linear time: four times the length takes about four times as long, whatever it repeats.

Compared are times of the same process, so that a slow machine passes as a fast one does. Noise only adds to a time:
the least of several is taken, and of more where the first few do not pass.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from huashu import Classifier
from huashu.evidence.facts import find_facts
from huashu.evidence.tactics import denies
from huashu.masking import KINDS, mask, mask_turns
from huashu.reading import bulk_tokens
from huashu.reading.bulk_text import join
from huashu.reading.dialogue import MAX_CHARACTERS, find_marks, parse_text
from huashu.reading.normalise import normalise
from huashu.reading.segmenter import default_cut
from huashu.reading.tokens import read_pinyin, tokenise
from texts import load_cases

LENGTH, FACTOR = 2000, 4
"""Characters of a short text, and how many times as many a long one has."""
MOST = 9.0
"""Times as long that ``FACTOR`` times the text may take: linear code takes 4, quadratic code 16."""
ATTEMPTS = 6

CUT = default_cut()
STEPS: Mapping[str, Callable[[str], object]] = {
    "find_marks": find_marks,
    "normalise": normalise,
    "tokenise": lambda text: tokenise(text, CUT),
    "tokenise many": lambda text: bulk_tokens.tokenise(join([text], []), CUT),
    "read_pinyin": read_pinyin.__wrapped__,
    "find_facts": lambda text: list(find_facts(text)),
    "mask": lambda text: mask(text, KINDS),
    "mask turns": lambda text: mask_turns(text.split("\n"), ["客服"] * (text.count("\n") + 1)),
    "denies": denies,
}

SHAPES = load_cases("hostile_shapes")
WHOLE = [shape for shape in SHAPES if shape.get("whole")]


def fill(shape: Mapping[str, str], length: int) -> str:
    """About ``length`` characters of a shape: its unit again and again between its prefix and its suffix."""
    return shape.get("prefix", "") + shape["unit"] * (length // len(shape["unit"])) + shape.get("suffix", "")


def name(shape: Mapping[str, str]) -> str:
    return shape["name"]


@pytest.fixture(autouse=True)
def _no_collection() -> Iterator[None]:
    """Collecting garbage takes time by what other tests left behind."""
    gc.disable()
    yield
    gc.enable()


def growth(step: Callable[[Any], object], short: object, long: object) -> float:
    """How many times as long ``step`` takes for ``long`` as for ``short``."""
    least = [float("inf"), float("inf")]
    for _ in range(ATTEMPTS):
        for i, source in enumerate((short, long)):
            begin = time.process_time()
            step(source)
            least[i] = min(least[i], time.process_time() - begin)
        if least[1] < MOST * least[0]:
            break
    return least[1] / least[0]


def too_slow(steps: Mapping[str, Callable[[Any], object]], short: object, long: object) -> dict[str, float]:
    """The steps that are not linear, and how they grow."""
    growths = {name: growth(step, short, long) for name, step in steps.items()}
    return {name: ratio for name, ratio in growths.items() if ratio >= MOST}


@pytest.mark.parametrize("shape", SHAPES, ids=name)
def test_each_step_takes_linear_time(shape: Mapping[str, str]) -> None:
    assert too_slow(STEPS, fill(shape, LENGTH), fill(shape, FACTOR * LENGTH)) == {}


@pytest.mark.parametrize("shape", WHOLE, ids=name)
def test_verdicts_take_linear_time(classifier: Classifier, shape: Mapping[str, str]) -> None:
    steps: Mapping[str, Callable[[str], object]] = {
        "assess": classifier.assess,
        "score": lambda text: classifier.score([text]),
    }
    assert too_slow(steps, "好" + fill(shape, LENGTH), "好" + fill(shape, FACTOR * LENGTH)) == {}


@pytest.mark.parametrize("words", ["", "。", "您好"])
def test_calls_of_many_turns_take_linear_time(classifier: Classifier, words: str) -> None:
    steps = {
        "assess": lambda turns: classifier.assess(turns).masked(turns),
        "score": lambda turns: classifier.score([turns]),
    }
    count = LENGTH // (len(words) + 1)
    short, long = ([{"role": f"{i}", "words": words} for i in range(size)] for size in (count, FACTOR * count))
    last = {"role": "客服", "words": "您好"}
    assert too_slow(steps, [*short, last], [*long, last]) == {}


@pytest.mark.parametrize(
    ("count", "words"), [(150, "您的机器到期了"), (1, "您的机器到期了" * 400)], ids=["turns", "one turn"]
)
def test_a_running_call_takes_linear_time(classifier: Classifier, count: int, words: str) -> None:
    def hear(turns: list[dict[str, str]]) -> None:
        session = classifier.session()
        for turn in turns:
            session.add(turn)

    turn = {"role": "客服", "words": words}
    long = [turn] * FACTOR * count if count > 1 else [{**turn, "words": words * FACTOR}]
    assert too_slow({"session": hear}, [turn] * count, long) == {}


@pytest.mark.parametrize("shape", WHOLE[::6], ids=name)
def test_the_longest_text_is_judged(classifier: Classifier, shape: Mapping[str, str]) -> None:
    text = fill(shape, MAX_CHARACTERS - 10) + "您好"
    assert 0 <= classifier.assess(text).risk <= 1


@pytest.mark.parametrize("unit", ["亿", "万", "千亿"])
def test_units_upon_units_are_no_sum(unit: str) -> None:
    assert list(find_facts(f"扣了一{unit * 2000}元")) == []


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("扣了" + "1" * 32 + "元", ["amount"]),
        ("扣了" + "1" * 33 + "元", []),
        ("费率" + "1" * 32 + "%", ["rate"]),
        ("费率" + "1" * 33 + "%", []),
        ("网址" + "a" * 63 + ".com", ["url"]),
        ("网址" + "a" * 64 + ".com", []),
        ("网址" + "a." * 8 + "com", ["url"]),
    ],
)
def test_bounds_of_numbers_and_hosts(text: str, kinds: list[str]) -> None:
    assert [fact.kind for fact in find_facts(text)] == kinds


@pytest.mark.parametrize(("feeds", "words"), [(32, "您好\n"), (33, "您好\n\n")])
def test_bounds_of_the_blanks_in_a_speaker_mark(feeds: int, words: str) -> None:
    text = "\n客服：您好" + "\n" * (feeds + 1) + "12:30 客户：好"
    assert [turn.words for turn in parse_text(text).turns] == [words, "好"]
