"""``huashu check``: what it prints, its exit codes, and that no input ends in a traceback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import run
from texts import LURE, PLAIN, ROOT


def test_a_page_for_people() -> None:
    done = run("check", "--lang", "zh", text=LURE)
    assert done.returncode == 0
    for part in ("预警", "冒充客服骗取POS升级服务费", "话术动作", "处置建议", "12321", "风险"):
        assert part in done.stdout


def test_the_page_in_english() -> None:
    done = run("check", "--lang", "en", text=LURE)
    assert "alert" in done.stdout
    assert "What to do" in done.stdout


def test_the_page_says_what_a_pass_lacks() -> None:
    done = run("check", "--lang", "zh", text="我的刷卡机到期了，售后说可以换新机")
    assert done.returncode == 0, done.stderr
    assert "距离" in done.stdout
    assert "这类话术常见而文中没有的动作" in done.stdout


def test_json() -> None:
    result = json.loads(run("check", "--json", text=LURE).stdout)
    assert (result["action"], result["scheme"]) == ("alert", "upgrade_fee")


def test_the_json_of_quality_systems_is_read() -> None:
    done = run("check", "--json", ROOT / "examples" / "3-call.json")
    result = json.loads(done.stdout)
    assert (result["action"], result["register"]) == ("alert", "call")
    assert {span["turn"] for span in result["tactics"]} <= {0, 2, 4}


@pytest.mark.parametrize(("text", "code"), [(LURE, 11), (PLAIN, 0)], ids=["alert", "pass"])
def test_the_action_by_exit_code(text: str, code: int) -> None:
    assert run("check", "--exit-code", text=text).returncode == code


def test_control_characters_do_not_reach_the_terminal() -> None:
    done = run("check", "--lang", "zh", text="机器到期\x1b[2J\x07停用，回复1免费换")
    assert done.returncode == 0
    assert "\x1b[2J" not in done.stdout
    assert "\x07" not in done.stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", "the file is empty"),
        (b" \n ", "the text is empty"),
        ("好".encode() * 400_000, "the limit is 200,000: split it"),
        (b"a" * 1_000_000, "the limit is 200,000: split it"),
        (b'{"dialogue": [{"words": "\\ud800"}]}', "lone surrogate"),
        (b"[" * 200_001, "the limit is 200,000: split it"),
    ],
    ids=["empty", "blank", "1.2 MB", "1 MB line", "surrogate", "deep JSON"],
)
def test_bad_input_is_one_clear_line(text: bytes, message: str) -> None:
    done = run("check", text=text)
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.startswith("huashu: ")
    assert done.stderr.count("\n") == 1
    assert message in done.stderr


def test_bad_paths_and_artifacts_have_their_own_codes(tmp_path: Path) -> None:
    missing = run("check", tmp_path / "nowhere.txt")
    assert (missing.returncode, "nowhere.txt: there is no such file" in missing.stderr) == (3, True)
    assert run("check", "--model", tmp_path, text=LURE).returncode == 4


def test_an_operating_point_that_is_not_there_is_refused() -> None:
    done = run("check", "--operating-point", "night", text=LURE)
    assert (done.returncode, done.stderr.count("\n")) == (3, 1)
    assert "operating point 'night'" in done.stderr


@pytest.mark.parametrize(
    "text", [f"{LURE}[/bold]", f"[link=http://a.invalid]{LURE}[/link]", f"[red]{LURE}[/]", f"{LURE}[[["]
)
def test_text_is_no_markup(text: str) -> None:
    done = run("check", "--lang", "zh", text=text)
    assert done.returncode == 0, done.stderr
    assert text[:4] in done.stdout
    assert "[" in done.stdout


def test_a_text_may_stand_in_place_of_a_file() -> None:
    result = json.loads(run("check", "--json", LURE).stdout)
    assert (result["action"], result["scheme"]) == ("alert", "upgrade_fee")
    missing = run("check", "投诉.txt")
    assert missing.returncode == 3
    assert "投诉.txt" in missing.stderr


def test_several_files_have_their_places_and_a_bad_one_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "一.csv").write_bytes(f"编号,内容\n7,{LURE}\n8,\n9,{PLAIN}\n".encode("gb18030"))
    (tmp_path / "二.txt").write_text(LURE, encoding="utf-8")
    (tmp_path / "三.json").write_text('{"结果": {"状态": 1}}', encoding="utf-8")
    done = run("check", "--json", "一.csv", "二.txt", "三.json", cwd=tmp_path)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["file"], one["row"], one["id"], one["action"]) for one in found] == [
        ("一.csv", 1, "7", "alert"),
        ("一.csv", 3, "9", "pass"),
        ("二.txt", 1, "二.txt", "alert"),
    ]
    assert done.returncode == 6
    assert "一.csv row 2 id 8: the text is empty" in done.stderr
    assert "三.json row 1: is JSON of no known form; its keys are 结果" in done.stderr


def test_a_call_is_shown_with_its_speakers_and_times(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"坐席小周 00:05\n{LURE}\n客户 01:10\n我想想\n", encoding="utf-8")
    done = run("check", "--lang", "zh", "a.txt", cwd=tmp_path)
    assert "00:05 坐席小周" in done.stdout
    assert "01:10 客户" in done.stdout
    result = json.loads(run("check", "--json", "a.txt", cwd=tmp_path).stdout)
    assert result["turns"] == [
        {"role": "坐席小周", "words": LURE, "begin": 5000, "end": None},
        {"role": "客户", "words": "我想想", "begin": 70_000, "end": None},
    ]


def test_a_ticket_is_judged_case_by_case(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"1、{LURE}\n2、{PLAIN}\n", encoding="utf-8")
    done = run("check", "--json", "--split", "tickets", "a.txt", cwd=tmp_path)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(one["case"], one["action"]) for one in found] == [(1, "alert"), (2, "pass")]
    assert found[1]["start"] > len(LURE)
