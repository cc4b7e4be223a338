"""Training: deterministic, honest splits, and the shipped artifact is what the shipped corpora give."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from huashu import InputError
from huashu.artifact import ARRAYS, MANIFEST, SHIPPED
from huashu_corpora import Document
from huashu_corpora.noise import ATTACKS
from huashu_training.fit.crossfit import Fold, LeakError, check_no_leak, grouped_folds, hand_folds
from huashu_training.measure.baseline import fit_plain
from huashu_training.train import METRICS, Training, environment, train


def test_shipped_artifact_is_what_the_shipped_corpora_give(retrained: Training) -> None:
    shipped = json.loads((SHIPPED / MANIFEST).read_text(encoding="utf-8"))
    if shipped["environment"] != environment():
        pytest.skip(f"other library versions than the artifact's: {shipped['environment']}")
    for name in (MANIFEST, ARRAYS, METRICS):
        assert (retrained.folder / name).read_bytes() == (SHIPPED / name).read_bytes(), name


def test_two_runs_give_the_same_bytes(tiny: Training, few_documents: list[Document], tmp_path: Path) -> None:
    train(few_documents, tmp_path)
    for name in (MANIFEST, ARRAYS, METRICS):
        assert (tmp_path / name).read_bytes() == (tiny.folder / name).read_bytes(), name


def test_hand_folds_hold_each_writer_out(documents: list[Document]) -> None:
    tested: list[str] = []
    for fold in hand_folds(documents):
        held_out = {documents[i].hand for i in fold.test}
        assert not held_out & {documents[i].hand for i in fold.train}
        tested += held_out
    assert sorted(tested) == sorted({document.hand for document in documents})


def test_grouped_folds_keep_a_planted_near_duplicate_on_one_side(documents: list[Document]) -> None:
    original = documents[0]
    copy = Document("copy", original.text + "。", original.scheme, original.register, group="copy", hand="other")
    planted = [*documents[:200], copy]
    for fold in (*grouped_folds(planted), *hand_folds(planted)):
        assert not (0 in fold.train and 200 in fold.test)
        assert not (200 in fold.train and 0 in fold.test)


def test_a_careless_splitter_is_caught(documents: list[Document], monkeypatch: pytest.MonkeyPatch) -> None:
    class Halves:
        def __init__(self, n_splits: int) -> None: ...

        def split(self, rows: NDArray[np.intp], groups: object) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
            return [(np.arange(100), np.arange(100, len(rows)))]

    original = documents[0]
    copy = Document("copy", original.text + "。", original.scheme, original.register, group="copy", hand="other")
    monkeypatch.setattr("huashu_training.fit.crossfit.GroupKFold", Halves)
    with pytest.raises(LeakError, match="1 groups stand on both sides"):
        grouped_folds([*documents[:200], copy])


def test_a_leak_is_an_error() -> None:
    with pytest.raises(LeakError, match="1 groups stand on both sides"):
        check_no_leak(Fold(np.array([0, 1]), np.array([2])), np.array([7, 8, 7]))


@pytest.mark.parametrize("scheme", ["none", "upgrade_fee"])
def test_corpora_of_one_side_only_are_refused(scheme: str, tmp_path: Path) -> None:
    documents = [Document(str(i), f"第{i}段文字" * (i + 1), scheme, "pitch", group=str(i)) for i in range(30)]
    with pytest.raises(InputError, match="some that ought to alert and some that ought to pass"):
        train(documents, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_metrics_tell_rates_by_scheme_register_and_hand(tiny: Training) -> None:
    metrics = json.loads((tiny.folder / METRICS).read_text(encoding="utf-8"))
    assert set(metrics["documents"]) == {"summary", "by_scheme", "by_register", "by_hand"}
    rate = metrics["documents"]["summary"]["false_alert_rate"]
    assert rate <= 0.01


def test_the_card_tells_every_attack_beside_a_plain_model(tiny: Training) -> None:
    card = (tiny.folder / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert "plain: alert or review" in card
    for attack in ("clean", *ATTACKS):
        row = next(line for line in card.splitlines() if line.startswith(f"| {attack} |"))
        assert row.count("%") == 5
    for heading in ("| scheme | texts |", "| register | texts |", "| move | clauses |"):
        assert heading in card


def test_a_folder_that_cannot_be_made_is_told_before_the_work(few_documents: list[Document], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="exists"):
        train(few_documents, tmp_path / "file")


def test_a_plain_model_that_sees_one_class_gives_its_share() -> None:
    texts = ["刷卡机到期了", "晚上吃鱼", "明天开会", "免费换新机"]
    rows = np.arange(4)
    folds = [Fold(rows[[0, 3]], rows[1:2]), Fold(rows[1:3], rows[:1]), Fold(rows, rows[2:3])]
    plain = fit_plain(texts, np.array([True, False, False, True]), folds)
    risks = plain(texts[:3], np.array([0, 1, 2]))
    assert risks[0] == 1
    assert risks[1] == 0
    assert 0 < risks[2] < 0.5
