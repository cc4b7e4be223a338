"""Grams and their places: the two lists of each channel run side by side."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from huashu.reading.analysis import analyse
from huashu.reading.segmenter import default_cut
from huashu.scoring.grams import Columns
from huashu.scoring.text_model import document_spans
from huashu_training.fit.gram_strings import char_grams, word_grams

TEXT = st.text(st.sampled_from("升级服务费機P0S 客户：,。\n1299元加微信🔥*"), min_size=1, max_size=50).filter(str.strip)


@given(text=TEXT)
def test_grams_and_spans_run_side_by_side(text: str) -> None:
    analysis = analyse(text, default_cut())
    starts, ends = document_spans(Columns.of(analysis.tokens))
    assert len(starts) == len(ends) == len(word_grams(analysis.tokens)) + len(char_grams(analysis.tokens))
    assert ((starts >= 0) & (starts <= ends) & (ends <= len(analysis.normal.text))).all()


def test_word_pairs_do_not_cross_a_sentence() -> None:
    grams = word_grams(analyse("机器到期。免费更换", default_cut()).tokens)
    assert "免费 更换" in grams
    assert "到期 免费" not in grams


def test_homophones_give_the_same_characters_channel() -> None:
    assert char_grams(analyse("费率上涨", default_cut()).tokens) == char_grams(
        analyse("废律上涨", default_cut()).tokens
    )


def test_a_list_of_turns_and_marked_text_are_the_same() -> None:
    listed = analyse([{"role": "客服", "words": "您好"}, {"role": "客户", "words": "嗯嗯"}], default_cut())
    marked = analyse("客服：您好\n客户：嗯嗯", default_cut())
    assert word_grams(listed.tokens) == word_grams(marked.tokens)
    assert char_grams(listed.tokens) == char_grams(marked.tokens)


def test_offsets_go_back_through_turns_and_normalisation() -> None:
    text = "客服：您\u200b的機器到期\n客户：退ＰＯＳ"
    analysis = analyse(text, default_cut())
    found = {token.text: analysis.place(token.start, token.end) for token in analysis.tokens if token.text[0] != "<"}
    assert {word: text[place.start : place.end] for word, place in found.items()} == {
        "您": "您",
        "的": "的",
        "机器": "機器",
        "到期": "到期",
        "退": "退",
        "pos": "ＰＯＳ",
    }
    assert {place.quote for place in found.values()} == {"您", "的", "機器", "到期", "退", "ＰＯＳ"}
    assert found["pos"].turn == 1
