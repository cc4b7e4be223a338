"""The route that takes a file: what it holds is judged, each thing in its place, within bounds."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
import xlsxwriter
from fastapi.testclient import TestClient

from huashu import Classifier
from huashu_api.ingest import ReadOptions
from huashu_api.service.app import create_app
from huashu_api.service.judge import Judge
from huashu_api.service.lexicon import Lexicon
from huashu_api.service.problems import Problem
from huashu_api.service.settings import Settings
from huashu_api.service.uploads import Upload, judged_file
from huashu_api.service.worker import Worker

from ..texts import CALL, EXAMPLE, MOBILE

pytestmark = pytest.mark.slow
FINE = "楼上漏水三天了，物业说没人手。"


def send(service: TestClient, name: str, data: bytes, **options: Any) -> Any:
    answer = service.post("/v1/files", params={"name": name, **options}, content=data)
    assert answer.status_code == 200, answer.text
    return answer.json()


def workbook(rows: list[list[str]]) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet("七月")
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    return data.getvalue()


def test_a_workbook_has_an_item_for_each_row(service: TestClient) -> None:
    data = workbook([["工单号", "投诉内容"], ["a1", EXAMPLE], ["a2", ""], ["a3", FINE]])
    answer = send(service, "工单.xlsx", data, language="zh")
    first, second, third = answer["items"]
    assert (first["sheet"], first["row"], first["id"], first["input"]) == ("七月", 2, "a1", EXAMPLE)
    assert (first["assessment"]["action"], first["assessment"]["names"]["action"]) == ("alert", "预警")
    assert first["assessment"]["id"]
    assert (second["assessment"], second["problem"]["status"]) == (None, 422)
    assert "is empty" in second["problem"]["detail"]
    assert third["assessment"]["action"] == "pass"
    assert answer["notes"] == ["工单.xlsx [七月]: text=投诉内容, id=工单号"]


def test_a_call_is_one_item_with_the_verdict_of_its_turns(service: TestClient, classifier: Classifier) -> None:
    (item,) = send(service, "a.json", json.dumps({"data": {"result": CALL}}).encode())["items"]
    assert [turn["words"] for turn in item["input"]] == [turn["words"] for turn in CALL]
    verdict = classifier.assess(CALL).to_dict()
    assert {name: item["assessment"][name] for name in ("action", "scheme", "register")} == {
        name: verdict[name] for name in ("action", "scheme", "register")
    }


def test_files_in_an_archive_have_their_names(service: TestClient) -> None:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("七月/一.txt", EXAMPLE)
        archive.writestr("七月/二.json", "{}")
    found = send(service, "全部.zip", data.getvalue())["items"]
    assert [(item["file"], item["problem"] is None) for item in found] == [
        ("全部.zip/七月/一.txt", True),
        ("全部.zip/七月/二.json", False),
    ]


def test_options_say_how_to_read_and_what_to_tell(service: TestClient) -> None:
    table = f"甲,乙\n{EXAMPLE}电话{MOBILE},{FINE}\n".encode("gb18030")
    (item,) = send(service, "a.csv", table, text="甲", masking=True, evidence=False)["items"]
    assert MOBILE not in json.dumps(item)
    assert item["input"].startswith(EXAMPLE)
    assert item["assessment"]["tactics"] == []
    assert len(send(service, "a.txt", f"{EXAMPLE}\n{FINE}\n".encode(), lines=True)["items"]) == 2
    cases = send(service, "a.txt", f"1、{EXAMPLE}\n2、{FINE}\n".encode(), split=True)["items"]
    assert [item["case"] for item in cases] == [1, 2]


@pytest.mark.parametrize(
    ("params", "data", "detail"),
    [
        ({}, b"x", "query.name: Field required"),
        ({"name": "a/"}, b"x", "query.name"),
        ({"name": "a.txt"}, b"", "the body is empty"),
        ({"name": "a.txt", "operating_point": "night"}, "好".encode(), "unknown operating point"),
        ({"name": "a.txt", "colour": "1"}, "好".encode(), "has a field that is not known here"),
    ],
)
def test_a_request_that_cannot_be_used_is_told_so(
    service: TestClient, params: dict[str, str], data: bytes, detail: str
) -> None:
    answer = service.post("/v1/files", params=params, content=data)
    assert answer.status_code == 422
    assert detail in answer.json()["detail"]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    settings = Settings(data=tmp_path_factory.mktemp("small"), keys="off", max_items=2, max_file=4096)
    app = create_app(settings.model_copy(update={"max_characters": 200}))
    with TestClient(app, base_url="http://localhost") as client:
        yield client


def test_a_file_beyond_what_is_taken_is_refused(small: TestClient) -> None:
    many = small.post("/v1/files", params={"name": "a.txt", "lines": True}, content="好\n好\n好".encode())
    assert many.status_code == 413
    assert "more than 2 items" in many.json()["detail"]
    large = small.post("/v1/files", params={"name": "a.txt"}, content=b" " * 5000)
    assert large.status_code == 413
    (item,) = send(small, "a.txt", ("好" * 201).encode())["items"]
    assert item["problem"]["status"] == 413


def test_what_is_not_judged_in_time_says_so_in_its_place(classifier: Classifier) -> None:
    data = f"{FINE}\n\n{FINE}\n".encode()
    upload = Upload("a.txt", data, ReadOptions(lines=True), True, 10, 1000, -1.0)
    found = judged_file(Judge(classifier, Lexicon(0, ())), upload, None).items
    problems = [one.outcome for one in found]
    assert all(isinstance(problem, Problem) for problem in problems)
    assert [problem.status for problem in problems if isinstance(problem, Problem)] == [503, 422, 503]


def test_a_file_that_ends_its_process_harms_nothing_else(service: TestClient, worker: Worker) -> None:
    send(service, "a.txt", FINE.encode())
    process = worker.files._process
    assert process
    process.kill()
    process.wait()
    assert process.returncode
    assert send(service, "a.txt", FINE.encode())["items"][0]["assessment"]
