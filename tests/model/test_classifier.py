"""The classifier: the contract of its results, on any input."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huashu import Assessment, Classifier, Fact, InputError, Reason, Source, TacticSpan
from huashu.evidence.script import SCRIPT
from huashu.labels import REGISTERS, SCHEMES, TACTICS
from huashu.verdict.adjustment import Adjustment
from texts import COMPLAINT, NOISY, load_cases


def assess_or_none(classifier: Classifier, text: str) -> Assessment | None:
    try:
        return classifier.assess(text)
    except InputError:
        return None


def test_a_complaint_gets_a_verdict_with_evidence(classifier: Classifier) -> None:
    result = classifier.assess(COMPLAINT)
    assert (result.action, result.scheme, result.register) == ("alert", "upgrade_fee", "complaint")
    found = {span.tactic for span in result.tactics}
    assert {"service_identity", "settlement_threat", "first_swipe", "fee_deduction", "refund_promise"} <= found
    assert set(result.missing) == set(SCRIPT) - found


def test_an_adjustment_decides_like_the_model_itself(classifier: Classifier) -> None:
    plain = classifier.assess(COMPLAINT)
    against = Reason("lexicon", -plain.score - 20, 0, 2, COMPLAINT[:2])
    lowered = classifier.assess(COMPLAINT, Adjustment((against,), {"none": 100.0}))
    assert (lowered.action, lowered.scheme, lowered.tactics) == ("pass", "none", ())
    assert lowered.score == pytest.approx(-20)
    assert lowered.why_not
    assert lowered.why_not.next_action == "review"
    assert lowered.reasons[0] == against
    assert sum(reason.weight for reason in lowered.reasons) == pytest.approx(lowered.score, abs=1e-6)
    other = classifier.assess(COMPLAINT, Adjustment(schemes={"investment": 100.0}))
    assert (other.action, other.scheme, other.score, other.missing) == ("alert", "investment", plain.score, ())
    assert sum(other.schemes.values()) == pytest.approx(1)
    assert classifier.assess(COMPLAINT, Adjustment()) == plain


@settings(max_examples=150, deadline=None)
@given(NOISY)
def test_the_result_is_consistent_whatever_comes_in(classifier: Classifier, text: str) -> None:
    result = assess_or_none(classifier, text)
    if result is None:
        return
    spans: list[TacticSpan | Fact] = [*result.tactics, *result.facts]
    for part in spans:
        assert text[part.start : part.end] == part.quote
        assert part.quote
    for reason in result.reasons:
        if reason.start is not None:
            assert text[reason.start : reason.end] == reason.quote
    assert sum(reason.weight for reason in result.reasons) == pytest.approx(result.score, abs=1e-6)
    assert 0 <= result.risk <= 1
    assert sum(result.schemes.values()) == pytest.approx(1)
    assert sum(result.registers.values()) == pytest.approx(1)
    assert (tuple(result.schemes), tuple(result.registers)) == (SCHEMES.ids, REGISTERS.ids)
    assert {span.tactic for span in result.tactics} <= set(TACTICS.ids)
    assert result.action != "alert" or result.scheme != "none"
    json.dumps(result.to_dict(), allow_nan=False)


def test_reasons_point_at_the_phrases_that_count(classifier: Classifier) -> None:
    reasons = [reason for reason in classifier.assess(COMPLAINT).reasons if reason.kind == "text"]
    assert any("服务费" in reason.quote or "激活" in reason.quote for reason in reasons[:8])
    assert [abs(r.weight) for r in reasons] == sorted((abs(r.weight) for r in reasons), reverse=True)


@settings(max_examples=40, deadline=None)
@given(st.lists(NOISY.filter(str.strip), max_size=5))
def test_score_gives_what_assess_gives(classifier: Classifier, texts: list[str]) -> None:
    assessed = [result for text in texts if (result := assess_or_none(classifier, text)) is not None]
    usable = [text for text in texts if assess_or_none(classifier, text) is not None]
    scores = classifier.score(usable)
    assert scores.risk.tolist() == pytest.approx([result.risk for result in assessed], abs=1e-9)
    assert scores.action == [result.action for result in assessed]
    assert scores.scheme == [result.scheme for result in assessed]
    assert scores.register == [result.register for result in assessed]


def test_judge_many_gives_what_judge_gives(classifier: Classifier) -> None:
    sources: list[Source] = [COMPLAINT, [{"role": "客服", "words": COMPLAINT}], " ", "hello", COMPLAINT * 30]
    errors: dict[int, InputError] = {}
    verdicts = classifier.judge_many(sources, errors.__setitem__)
    assert list(errors) == [2]
    assert verdicts[2] is None
    for place in (0, 1, 3, 4):
        verdict = verdicts[place]
        assert verdict is not None
        assert verdict.to_dict() == classifier.judge(sources[place]).to_dict()
    with pytest.raises(InputError, match="text 2: the text is empty"):
        classifier.judge_many(sources)


def test_score_names_the_text_that_cannot_be_judged(classifier: Classifier) -> None:
    with pytest.raises(InputError, match="text 1: the text is empty"):
        classifier.score(["好的", " "])


def test_dialogue_offsets_refer_to_each_turn(classifier: Classifier) -> None:
    turns: list[dict[str, Any]] = [
        {"role": "客服", "words": "您好，我是付临门售后，您的机器使用期限只有六个月", "begin": 0, "end": 4000},
        {"role": "客户", "words": "要钱吗"},
        {"role": "客服", "words": "首笔刷卡扣299升级服务费，一个月后返还"},
    ]
    result = classifier.assess(turns)
    assert result.action == "alert"
    assert {span.turn for span in result.tactics} <= {0, 1, 2}
    spans: list[TacticSpan | Fact] = [*result.tactics, *result.facts]
    for part in spans:
        assert part.turn is not None
        assert turns[part.turn]["words"][part.start : part.end] == part.quote


def test_marked_text_and_list_of_turns_get_the_same_verdict(classifier: Classifier) -> None:
    text = "客服：您的机器到期了，免费给您换新\n客户：不用"
    turns = [{"role": "客服", "words": "您的机器到期了，免费给您换新"}, {"role": "客户", "words": "不用"}]
    assert classifier.assess(text).score == pytest.approx(classifier.assess(turns).score, abs=1e-9)


def test_results_are_frozen(classifier: Classifier) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        classifier.assess("您好").action = "pass"  # type: ignore[misc]


@pytest.mark.parametrize("text", ["111099", "https://xx.invalid/a", "Hello, how are you?", "🔥🔥", "\x00\x01\x02"])
def test_without_chinese_nothing_is_judged(classifier: Classifier, text: str) -> None:
    result = classifier.assess(text)
    assert (result.action, result.risk, result.scheme, result.notes) == ("pass", 0.0, "none", ("no_chinese",))


def test_short_texts_say_so(classifier: Classifier) -> None:
    assert classifier.assess("好的呢").notes == ("short",)


@pytest.mark.parametrize("text", ["机器到期\x1b[31m停用", "机器\x00到期", "机器到期" * 40_000])
def test_strange_but_readable_texts_get_an_answer(classifier: Classifier, text: str) -> None:
    assert classifier.assess(text).action in ("alert", "review", "pass")


def test_import_and_load_need_neither_scikit_learn_nor_fastapi() -> None:
    code = (
        "import sys; sys.modules.update(dict.fromkeys(['sklearn', 'scipy', 'fastapi', 'pydantic', 'joblib',"
        "'matplotlib', 'cleanlab', 'jinja2']));"
        "from huashu import Classifier; print(Classifier.load().assess('您的机器到期').action)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() in ("alert", "review", "pass")


def test_one_verdict_does_not_load_the_reader_of_many_texts() -> None:
    code = (
        "import sys; from huashu import Classifier; classifier = Classifier.load(); classifier.assess('您的机器到期');"
        "classifier.judge('您的机器到期'); classifier.session().add({'words': '您好'});"
        "print([name for name in sys.modules if name.startswith('huashu.') and 'bulk' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def _names(case: dict[str, Any]) -> str:
    return str(case["name"])


@pytest.mark.parametrize("case", load_cases("wild"), ids=_names)
def test_frauds_as_people_meet_them(classifier: Classifier, case: dict[str, str]) -> None:
    result = classifier.assess(case["text"])
    assert result.action in case["action"].split("|")
    assert result.scheme == case["scheme"]


@pytest.mark.parametrize("case", load_cases("negative"), ids=_names)
def test_genuine_texts_raise_no_alert(classifier: Classifier, case: dict[str, str]) -> None:
    assert classifier.assess(case["text"]).action in case.get("action", "pass|review").split("|")


@pytest.mark.parametrize("case", load_cases("synthetic"), ids=_names)
def test_disguises_do_not_hide_a_fraud(classifier: Classifier, case: dict[str, str]) -> None:
    result = classifier.assess(case["text"])
    assert result.action in ("alert", "review")
    assert result.scheme == "upgrade_fee"


KNOWN_FAILURES = [
    pytest.param(case, id=case["name"], marks=pytest.mark.xfail(reason=case["reason"], strict=True))
    for case in load_cases("known_failures")
]


@pytest.mark.parametrize("case", KNOWN_FAILURES)
def test_known_failures(classifier: Classifier, case: dict[str, str]) -> None:
    assert classifier.assess(case["text"]).action in case["action"].split("|")


@pytest.mark.parametrize("case", load_cases("masked_results"), ids=_names)
def test_a_masked_result_hides_numbers_that_reasons_cut_in_two(classifier: Classifier, case: dict[str, Any]) -> None:
    result = classifier.assess(case["source"])
    masked = result.masked(case["source"])
    assert case["number"] in _digits(result.reasons)
    for parts in (masked.reasons, masked.tactics, masked.facts):
        assert case["number"] not in _digits(parts)
    assert [len(part.quote) for part in masked.reasons] == [len(part.quote) for part in result.reasons]


def _digits(parts: Sequence[TacticSpan | Fact | Reason]) -> str:
    """The digits of all quotes in the order of the text."""
    quotes = sorted((part.turn or 0, part.start or 0, part.quote) for part in parts)
    return "".join(char for _, _, quote in quotes for char in quote if char.isdigit())


@pytest.mark.parametrize("text", ["䷀䷁䷂", "䷿", "〇〇"])
def test_what_is_no_chinese_character_is_none_for_a_text_a_call_and_a_batch(classifier: Classifier, text: str) -> None:
    assert classifier.assess(text).notes == ("no_chinese",)
    assert classifier.judge(text).risk == 0
    assert classifier.score([text]).risk.tolist() == [0]
    assert classifier.session().add({"role": "客服", "words": text}).risk == 0


@settings(max_examples=60, deadline=None)
@given(NOISY)
def test_a_verdict_without_evidence_is_the_same(classifier: Classifier, text: str) -> None:
    result = assess_or_none(classifier, text)
    if result is not None:
        assert classifier.judge(text).parts() == result.parts()


@pytest.mark.parametrize("source", ["另一段话，说的是别的事情，和刚才没有关系", [{"role": "客服"}], ""])
def test_only_what_was_assessed_can_be_masked(classifier: Classifier, source: Source) -> None:
    with pytest.raises(InputError):
        classifier.assess(COMPLAINT).masked(source)


def test_operating_points_of_a_model_share_the_reader_of_many_texts(classifier: Classifier) -> None:
    strict = classifier.at("strict")
    assert strict._bulk is classifier._bulk
    assert strict.score([COMPLAINT]).risk.tolist() == classifier.score([COMPLAINT]).risk.tolist()


def test_of_a_text_that_is_all_facts_the_first_are_told(classifier: Classifier) -> None:
    found = classifier.assess("升级服务费" + "扣了3元，" * 6000)
    assert (len(found.facts), "cut" in found.notes) == (5000, True)
    assert max(len(found.tactics), 0) <= 5000
    assert "cut" not in classifier.assess("升级服务费" + "扣了3元，" * 100).notes
