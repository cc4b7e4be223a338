"""Tokens: our lexer for numbers and masks, jieba's algorithm for words, the same from Rust and from Python."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huashu.reading.normalise import normalise
from huashu.reading.segmenter import default_cut, python_cut, rust_cut
from huashu.reading.tokens import read_pinyin, tokenise
from huashu_corpora import Document
from texts import load_cases

RUST, PYTHON = rust_cut(), python_cut()


@pytest.mark.parametrize("case", load_cases("tokens"), ids=lambda case: str(case["text"]))
def test_tokens(case: dict[str, Any]) -> None:
    assert [token.text for token in tokenise(case["text"], default_cut())] == case["tokens"]


@pytest.mark.slow
def test_rust_and_python_agree_on_the_corpora(documents: list[Document]) -> None:
    for document in documents:
        # Where a character stands three times two ways are as likely (好/好好, 好好/好), and rounding decides.
        text = re.sub(r"(.)\1{2,}", r"\1", normalise(document.text).text)
        assert tokenise(text, RUST) == tokenise(text, PYTHON), document.id


def test_our_segmenter_and_rjieba_itself_live_side_by_side() -> None:
    code = (
        "from huashu.reading.segmenter import rust_cut; ours = rust_cut(); import rjieba;"
        "print(len(ours('一机多费率')), len(rjieba.cut('一机多费率')) > 1)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["1", "True"]


@settings(max_examples=300)
@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=40))
def test_rust_and_python_agree_on_any_chinese(text: str) -> None:
    assert list(RUST(text)) == list(PYTHON(text))


@given(st.text(max_size=80))
def test_tokens_stand_in_order_and_quote_the_text(raw: str) -> None:
    text = normalise(raw).text
    end = 0
    for token in tokenise(text, RUST):
        assert end <= token.start < token.end <= len(text)
        quoted = text[token.start : token.end]
        if not token.text.startswith("<"):
            assert token.text in (quoted, read_pinyin(quoted))
        end = token.end


@pytest.mark.parametrize(
    ("text", "word"), [("加微xin", "薪"), ("请jiaweixin吧", "嘉威薪"), ("您n的", "<letter>"), ("加v", "v")]
)
def test_letters_beside_chinese_are_read_as_what_they_hide(text: str, word: str) -> None:
    assert word in [token.text for token in tokenise(text, default_cut())]


@pytest.mark.parametrize("text", ["POS机", "用wifi上网", "my house is wang", "WPS"])
def test_other_latin_words_stay(text: str) -> None:
    latin = [token.text for token in tokenise(text.lower(), default_cut()) if token.text.isascii()]
    assert latin == re.findall("[a-z]+", text.lower())
