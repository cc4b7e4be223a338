"""Training: three acts, deterministic, and the shipped artifact is what the shipped corpora give."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from huashu import Classifier, InputError
from huashu_corpora import Document
from huashu_corpora.attacks import ATTACKS
from huashu_corpora.files import corpus_digest
from huashu_training.fit.fitted import Fitted, fit
from huashu_training.measure.measured import measure
from huashu_training.measure.operating_points import FalseAlarms, NamedRule
from huashu_training.train import Training, train
from huashu_training.verify import differing
from huashu_training.write import CARD, METRICS, write

pytestmark = pytest.mark.slow


class Stages:
    """Progress that remembers every stage: how many steps it has, and how many were done."""

    def __init__(self) -> None:
        self.steps: dict[str, int | None] = {}
        self.done: dict[str, int] = {}

    def stage(self, name: str, steps: int | None = None) -> Callable[[int], None]:
        self.steps[name], self.done[name] = steps, 0

        def advance(done: int) -> None:
            self.done[name] += done

        return advance


@pytest.fixture(scope="module")
def stages() -> Stages:
    return Stages()


@pytest.fixture(scope="module")
def fitted(few_documents: list[Document], stages: Stages) -> Fitted:
    return fit(few_documents, stages)


def test_the_three_acts_give_the_bytes_of_training(
    fitted: Fitted, tiny: Training, stages: Stages, tmp_path: Path
) -> None:
    write(fitted, measure(fitted, progress=stages), tmp_path)
    assert differing(tmp_path, tiny.folder) == []
    assert stages.done == stages.steps


def test_what_is_written_is_loaded_with_its_operating_points(
    fitted: Fitted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huashu_training.measure.measured.ATTACKED", (2, 2))
    rules = (NamedRule("night", FalseAlarms(5, 40)), NamedRule("day", FalseAlarms(50, 100)))
    model = Classifier.load(write(fitted, measure(fitted, rules), tmp_path / "made"))
    assert model.operating_point == "night"
    points = model.manifest.operating_points
    assert [points[named.name].means for named in rules] == [str(named.rule) for named in rules]
    assert points["night"].alert > points["day"].alert


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
    card = (tiny.folder / CARD).read_text(encoding="utf-8")
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


def test_a_file_that_differs_is_named(tiny: Training, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny.folder, tmp_path / "copy"))
    (folder / METRICS).write_text("{}", encoding="utf-8")
    assert differing(folder, tiny.folder) == [METRICS]


def test_the_shipped_artifact_was_made_of_the_shipped_documents(
    classifier: Classifier, documents: list[Document]
) -> None:
    assert classifier.manifest.corpus.sha256 == corpus_digest(documents), "train again: make model"
