"""Public data sets: every class is mapped, every mistake is named with its place. All case texts are invented."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from huashu import InputError
from huashu.labels import REGISTERS, SCHEMES
from huashu.reading.dialogue import parse_text
from huashu_corpora import Document, read_documents, write_documents
from huashu_corpora.importers import (
    FORMATS,
    ccl2023,
    chifraud,
    fbs_sms,
    read_corpora,
    read_corpus,
    teleantifraud,
    telecom,
)

IMPORTS = Path(__file__).parents[1] / "cases" / "imports"

CLASSES = {
    "ccl2023": ccl2023.CLASSES,
    "chifraud": chifraud.CLASSES,
    "telecom5": telecom.CLASSES_5,
    "telecom8": telecom.CLASSES_8,
    "fbs_sms": fbs_sms.CLASSES,
    "teleantifraud": teleantifraud.CLASSES,
}

EXPECTED = {
    "ccl2023": {
        "task_rebate": "刷单返利类",
        "fake_service": "冒充电商物流客服类",
        "investment": "虚假网络投资理财类",
        "loan_card": "贷款、代办信用卡类",
        "credit_record": "虚假征信类",
        "shopping": "虚假购物、服务类",
        "authority": "冒充公检法及政府机关类",
        "acquaintance": "冒充领导、熟人类",
        "game_trade": "网络游戏产品虚假交易类",
        "romance": "网络婚恋、交友类（非虚假网络投资理财类） 网络婚恋、交友类",
        "military_purchase": "冒充军警购物类诈骗 冒充军警购物类",
        "other_fraud": "网黑案件",
    },
    "chifraud": {
        "none": "0",
        "other_fraud": "1 3 5 7 8 10",
        "romance": "2",
        "illegal_payment": "4 6",
        "loan_card": "9",
    },
    "telecom5": {
        "none": "0",
        "authority": "冒充公检法及政府机关类",
        "loan_card": "贷款、代办信用卡类",
        "fake_service": "冒充客服服务 冒充电商物流客服类",
        "acquaintance": "冒充领导、熟人类",
    },
    "telecom8": {
        "none": "0",
        "authority": "1",
        "loan_card": "2",
        "fake_service": "3",
        "acquaintance": "4",
        "task_rebate": "5",
        "romance": "6",
        "game_trade": "7",
    },
    "fbs_sms": {
        "none": "AD:Network_service AD:Other AD:Real_estate AD:Retail IL:Political_propaganda Other",
        "loan_card": "AD:Loan",
        "investment": "FR:Financial",
        "romance": "IL:Escort_service",
        "other_fraud": "FR:Other FR:Phishing(Bank) FR:Phishing(Other) IL:Fake_ID_and_invoice IL:Gambling",
    },
    "teleantifraud": {
        "none": "订餐服务 咨询客服 预约服务 交通咨询 日常购物 打车服务 外卖服务 normal",
        "investment": "投资诈骗 investment",
        "fake_service": "客服诈骗 customer_service",
        "romance": "情感诈骗 romance",
        "other_fraud": "钓鱼诈骗 身份盗窃 彩票诈骗 银行诈骗 绑架诈骗 邮件诈骗 虚假工作 fraud "
        "phishing identity_theft lottery banking kidnapping mail_scam job_offer",
    },
}
REGISTER = {"ccl2023": "complaint", "teleantifraud": "call"}


@pytest.mark.parametrize("name", FORMATS)
def test_every_class_has_its_scheme_and_register(name: str) -> None:
    documents = read_corpus(f"{name}:{IMPORTS / name}")
    expected = {kind: scheme for scheme, kinds in EXPECTED[name].items() for kind in kinds.split()}
    assert {document.kind: document.scheme for document in documents} == expected
    for document in documents:
        web_page = name == "chifraud" and document.kind == "0"
        assert document.register == ("report" if web_page else REGISTER.get(name, "pitch"))
        assert (document.origin, document.hand, document.group) == ("imported", name, document.id)
        assert document.tactics == ()


@pytest.mark.parametrize("name", FORMATS)
def test_class_tables_know_only_our_labels(name: str) -> None:
    assert FORMATS.keys() == CLASSES.keys()
    for scheme, register in CLASSES[name].values():
        assert scheme in SCHEMES
        assert register in REGISTERS


@pytest.mark.parametrize("name", FORMATS)
def test_case_files_cover_every_class_of_the_table(name: str) -> None:
    kinds = {document.kind for document in read_corpus(f"{name}:{IMPORTS / name}")}
    assert CLASSES[name].keys() - kinds == ({"1", "2", "3", "4"} if name == "telecom5" else set())


@pytest.mark.parametrize(
    ("name", "documents", "duplicates", "blank"),
    [("ccl2023", 14, 1, 1), ("chifraud", 11, 0, 0), ("telecom5", 7, 0, 1), ("fbs_sms", 14, 1, 0)],
)
def test_what_is_left_out_is_counted(name: str, documents: int, duplicates: int, blank: int) -> None:
    corpus = read_corpora([f"{name}:{IMPORTS / name}"])
    assert (len(corpus.documents), corpus.duplicates, corpus.blank) == (documents, duplicates, blank)


def test_ids_are_the_places_of_the_rows() -> None:
    ids = [document.id for document in read_corpus(f"telecom5:{IMPORTS / 'telecom5'}")]
    assert ids == [f"telecom5-{number}" for number in (1, 2, 4, 5, 6, 7, 8)]  # row 3 has no text


def test_imported_documents_are_ours(tmp_path: Path) -> None:
    documents = read_corpora(f"{name}:{IMPORTS / name}" for name in FORMATS).documents
    write_documents(tmp_path / "own.jsonl", documents)
    assert read_documents([tmp_path / "own.jsonl"]) == list(documents)
    assert read_corpus(str(tmp_path / "own.jsonl")) == list(documents)


def _copy(name: str, folder: Path, encoding: str, newline: str = "\n") -> Path:
    shutil.copytree(IMPORTS / name, folder / name)
    for file in (folder / name).rglob("*"):
        if file.is_file():
            file.write_bytes(file.read_text(encoding="utf-8").replace("\n", newline).encode(encoding))
    return folder / name


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8-sig"])
@pytest.mark.parametrize("name", FORMATS)
def test_encodings_and_line_ends_do_not_matter(name: str, encoding: str, tmp_path: Path) -> None:
    copy = _copy(name, tmp_path, encoding, "\r\n")
    assert read_corpus(f"{name}:{copy}") == read_corpus(f"{name}:{IMPORTS / name}")


def test_gb18030_with_byte_order_mark(tmp_path: Path) -> None:
    copy = tmp_path / "ChiFraud_x.csv"
    copy.write_bytes("\ufeffLabel_id\tText\n0\t晒笋干".encode("gb18030"))
    assert [document.text for document in read_corpus(f"chifraud:{copy}")] == ["晒笋干"]


@pytest.mark.parametrize(
    "data", ["春茶上市，到店品饮，买一罐送一小罐，地址见门头".encode() + b"\xe4\xba", b"\xff\xfe\x00"]
)
def test_damaged_files_do_not_become_gibberish(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "Other"
    path.write_bytes(b"\n\n" + data + b"\n")
    with pytest.raises(InputError, match=r"Other:3: is neither UTF-8 nor GB18030"):
        read_corpus(f"fbs_sms:{path}")


BAD = [
    (
        "ccl2023",
        "train.json",
        '[\n{"案情描述": "甲", "案件类别": "盗窃类"}]',
        ":2: unknown class '盗窃类'; expected one of 刷单",
    ),
    ("ccl2023", "train.json", '[\n\n{"案情描述": "甲"}]', ":3: the field '案件类别' is missing; expected '案情描述'"),
    ("ccl2023", "train.json", '[{"text": "甲"}]', ":1: the field '案情描述' is missing"),
    (
        "ccl2023",
        "train.json",
        '[{"案情描述": 3, "案件类别": "网黑案件"}]',
        ":1: '案情描述' and '案件类别' must be strings",
    ),
    ("ccl2023", "train.json", '{"案情描述": "\\ud800", "案件类别": "网黑案件"}', ":1: the text has a lone surrogate"),
    ("ccl2023", "train.json", '[{"案情描述": "甲",\n}]', ":2: is not valid JSON"),
    ("ccl2023", "train.json", '["甲"]', ':1: expected a JSON object, not "甲"'),
    ("chifraud", "a.csv", "Label_id\tText\n0\t甲\n11\t乙", ":3: unknown class '11'; expected one of 0, 1, 2"),
    ("chifraud", "a.csv", "Label_id\tText\n0\t甲\n\n乙", ":4: the row has 1 column(s); expected Label_id and Text"),
    ("chifraud", "a.csv", "id,words\n0,甲", ":1: expected a header with the columns Label_id and Text, not id, words"),
    ("chifraud", "a.csv", "", ": the file is empty; expected a header with the columns Label_id and Text"),
    ("telecom5", "a.csv", 'content,label\n"甲\n乙",0\n丙,冒充天王', ":4: unknown class '冒充天王'"),
    ("telecom5", "a.csv", "甲,0\n乙,0", ":1: expected a header with the columns content and label"),
    ("telecom5", "a.csv", 'content,label\n甲,0\n"' + "乙\n" * 70_000, ":3: cannot be read as a table"),
    ("telecom8", "a.csv", "content,label\n甲,8", ":2: unknown class '8'; expected one of 0, 1, 2, 3, 4, 5, 6, 7"),
    ("telecom8", "a.csv", "content,label\n甲," + "\n", ":2: unknown class ''"),
    ("fbs_sms", "FR:Nothing", "甲", ": the name is none of the set's classes; expected one of AD:Loan"),
    ("fbs_sms", "a.csv", "text,label\n甲,spam", ":2: unknown class 'spam'"),
    ("fbs_sms", "Other", "\n" + "甲" * 200_001, ":2: the text has 200,001 characters; the limit is 200,000"),
    ("teleantifraud", "a.jsonl", '{"left": ["甲"], "right": [], "fraud_type": "奇事"}', ":1: unknown class '奇事'"),
    ("teleantifraud", "a.jsonl", '\n{"left": ["甲"], "right": []}', ":2: the class is missing; expected 'fraud_type'"),
    ("teleantifraud", "a.jsonl", '{"left": "甲", "right": []}', ":1: 'left' and 'right' must be lists"),
    ("teleantifraud", "a.jsonl", '{"left": [null], "right": []}', ":1: a turn must have the role left or right"),
    ("teleantifraud", "a.jsonl", '{"audio_segments": [{"role": "up", "content": "甲"}]}', ":1: a turn must have"),
    ("teleantifraud", "a.jsonl", '{"audio_segments": ["甲"]}', ":1: a turn must have the role"),
    ("teleantifraud", "a.jsonl", '{"prompt": [], "answer": "fraud"}', ":1: the row names an audio file"),
    ("teleantifraud", "a.jsonl", '{"text": "甲"}', ":1: expected 'left' and 'right', or a list of turns in"),
]


@pytest.mark.parametrize(("name", "file", "content", "message"), BAD, ids=[f"{b[0]} {b[3][:40]}" for b in BAD])
def test_mistakes_are_named_with_file_and_line(
    name: str, file: str, content: str, message: str, tmp_path: Path
) -> None:
    path = tmp_path / file
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_corpus(f"{name}:{path}")
    assert str(caught.value).startswith(f"{path}{message}")


@pytest.mark.parametrize("name", FORMATS)
def test_missing_files_and_empty_folders(name: str, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "label1.csv").write_text("hidden", encoding="utf-8")
    with pytest.raises(InputError, match="the folder has no file like"):
        read_corpus(f"{name}:{tmp_path}")
    with pytest.raises(InputError, match="cannot be read"):
        read_corpus(f"{name}:{tmp_path / 'nowhere'}")
    with pytest.raises(InputError, match=f"the path is missing in '{name}:'"):
        read_corpus(f"{name}:")


def test_unknown_format_and_colons_in_plain_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match=r"unknown corpus format 'telcom5' in .*; known are ccl2023, chifraud"):
        read_corpus("telcom5:somewhere")
    for path in ("C:\\data\\own.jsonl", "/data/a:b/own.jsonl"):
        with pytest.raises(InputError, match="cannot be read"):
            read_corpus(path)
    monkeypatch.chdir(tmp_path)
    Path("my:own.jsonl").write_text('{"id": "x", "text": "甲", "scheme": "none", "register": "pitch"}', "utf-8")
    assert [document.id for document in read_corpus("my:own.jsonl")] == ["x"]


def test_home_is_expanded_after_the_colon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(IMPORTS))
    monkeypatch.setenv("USERPROFILE", str(IMPORTS))
    assert len(read_corpus("telecom8:~/telecom8")) == 8


def test_several_corpora_become_one(tmp_path: Path) -> None:
    own = tmp_path / "own.jsonl"
    own.write_text(
        '{"id": "x", "text": "周六上午，社区放电影！请自带板凳", "scheme": "none", "register": "pitch"}', "utf-8"
    )
    files = [f"telecom8:{IMPORTS / 'telecom8' / f'label{number}-new1030.csv'}" for number in (0, 1, 1, 2)]
    corpus = read_corpora([*files, str(own)])
    assert [document.id for document in corpus.documents] == ["x", "telecom8-2", "telecom8-4"]
    assert corpus.duplicates == 2
    own.write_text('{"id": "telecom8-1", "text": "别的", "scheme": "none", "register": "pitch"}', "utf-8")
    with pytest.raises(InputError, match=r"csv:2: the id 'telecom8-1' stands already"):
        read_corpora([*files, str(own)])


def test_merged_tables_of_telecom5_are_read(tmp_path: Path) -> None:
    path = tmp_path / "train.csv"
    path.write_text("text,class\n" + "".join(f"第{number}条,{number}\n" for number in range(5)), encoding="utf-8")
    schemes = [document.scheme for document in read_corpus(f"telecom5:{path}")]
    assert schemes == ["none", "authority", "loan_card", "fake_service", "acquaintance"]


def test_stray_quotation_marks_stay(tmp_path: Path) -> None:
    texts = {document.id: document.text for name in ("telecom8", "chifraud") for document in _all(name)}
    assert texts["telecom8-5"].endswith('发这个账号。"')
    assert texts["chifraud-1"].startswith('"小满')
    assert [document.text for document in _all("telecom5")][1] == '妈，晚饭不用等我，厂里"加班"到九点'


def _all(name: str) -> list[Document]:
    return read_corpus(f"{name}:{IMPORTS / name}")


@pytest.mark.parametrize("file", ["FR:Financial", "FR_Financial.txt", "FR_Financial/messages.txt", "FR：Financial"])
def test_sms_classes_are_files_or_folders(file: str, tmp_path: Path) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text("牛股 内参 QQ DIGIT 今晚 hk9 ok \n", encoding="utf-8")
    for path in (tmp_path, tmp_path / file):
        (document,) = read_corpus(f"fbs_sms:{path}")
        assert (document.kind, document.text) == ("FR:Financial", "牛股内参QQ DIGIT今晚hk9 ok")


def test_sms_classes_in_a_column(tmp_path: Path) -> None:
    path = tmp_path / "sms.tsv"
    path.write_text("label\ttext\nIL_Gambling\t首 充 送\nFR:Phishing(Bank)\t密码 器 过期", encoding="utf-8")
    assert [document.kind for document in read_corpus(f"fbs_sms:{path}")] == ["IL:Gambling", "FR:Phishing(Bank)"]


def test_calls_have_turns_that_are_recognised() -> None:
    documents = {document.kind: document for document in read_corpus(f"teleantifraud:{IMPORTS / 'teleantifraud'}")}
    dialogue = parse_text(documents["投资诈骗"].text)
    assert [turn.role for turn in dialogue.turns] == ["agent", "customer", "agent"]
    assert [turn.role for turn in parse_text(documents["订餐服务"].text).turns] == ["agent", "customer", "agent"]


def test_calls_in_folders_take_their_class_from_the_nearest() -> None:
    merged = IMPORTS / "teleantifraud" / "merged_result"
    fraud, normal = read_corpus(f"teleantifraud:{merged}")
    assert (fraud.kind, fraud.text) == ("fraud", "左：我是你表叔，手机丢了用别人的\n右：哪个表叔")
    assert (normal.kind, normal.text) == ("normal", "右：请问灯泡修好了吗\n左：修好了，下午给您 送去")


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"is_fraud": False, "fraud_type": "投资诈骗"}, "normal"),
        ({"is_fraud": True, "fraud_type": "投资诈骗"}, "投资诈骗"),
        ({"is_fraud": 1, "fraud_type": ""}, "fraud"),
        ({"label": "normal"}, "normal"),
        ({"answer": "fraud"}, "fraud"),
    ],
    ids=str,
)
def test_calls_say_fraud_or_normal_in_several_ways(fields: dict[str, object], kind: str, tmp_path: Path) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text(json.dumps({"left": ["喂"], "right": ["你好"], **fields}), encoding="utf-8")
    assert [document.kind for document in read_corpus(f"teleantifraud:{path}")] == [kind]


def test_late_rows_are_found_again(tmp_path: Path) -> None:
    path = tmp_path / "train.json"
    entries = [{"案情描述": f"第{number}名报警人垫付了三单。", "案件类别": "刷单返利类"} for number in range(5_000)]
    path.write_text(json.dumps([*entries, {"案件编号": 1}], ensure_ascii=False, indent=1), encoding="utf-8")
    with pytest.raises(InputError, match=r"train\.json:20002: the field '案情描述' is missing"):
        read_corpus(f"ccl2023:{path}")
