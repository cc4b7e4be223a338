"""Loading verifies before it builds; what is damaged, foreign or old is refused with what to do."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from huashu import ArtifactError, Classifier, InputError
from huashu.manifest import Manifest
from huashu_training.train import Training


@pytest.fixture
def copy(tiny: Training, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny.folder, tmp_path / "model"))


def _edit(folder: Path, **fields: object) -> None:
    path = folder / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | fields), encoding="utf-8")


ABSENT = object()


def _change(folder: Path, part: str, value: object) -> None:
    """Give the ``part`` of the manifest, a path with dots, another value, or take it out (``ABSENT``)."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    *above, last = part.split(".")
    holder = manifest
    for name in above:
        holder = holder[name]
    holder[last] = None if value is ABSENT else value
    if value is ABSENT:
        del holder[last]
    path.write_text(json.dumps(manifest), encoding="utf-8")


def test_loaded_twice_judges_alike(tiny: Training) -> None:
    text = "自称售后说机器到期，寄来新的让我先刷五百，少了299。"
    assert Classifier.load(tiny.folder).assess(text) == Classifier.load(tiny.folder).assess(text)


def test_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"manifest\.json: cannot be read .*huashu train"):
        Classifier.load(tmp_path / "nowhere")


def test_damaged_arrays(copy: Path) -> None:
    data = bytearray((copy / "model.npz").read_bytes())
    data[len(data) // 2] ^= 1
    (copy / "model.npz").write_bytes(data)
    with pytest.raises(ArtifactError, match="digest differs"):
        Classifier.load(copy)


def test_other_format_version(copy: Path) -> None:
    _edit(copy, format_version=99)
    with pytest.raises(ArtifactError, match=r"format 99, this Huashu reads 4"):
        Classifier.load(copy)


def test_other_labels(copy: Path) -> None:
    _edit(copy, labels={"schemes": ["spam"]})
    with pytest.raises(ArtifactError, match="schemes are not those of this Huashu"):
        Classifier.load(copy)


def test_manifest_that_is_no_json(copy: Path) -> None:
    (copy / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(ArtifactError, match="not valid JSON"):
        Classifier.load(copy)


def test_operating_points_are_chosen_by_name(tiny: Training) -> None:
    strict, wide = (Classifier.load(tiny.folder, name) for name in ("strict", "wide"))
    assert Classifier.load(tiny.folder).operating_point == "balanced"
    assert strict.at("wide").operating_point == wide.operating_point == "wide"
    text = "自称售后说机器到期，寄来新的让我先刷五百，少了299。"
    assert strict.assess(text).risk == wide.assess(text).risk
    order = ("pass", "review", "alert")
    assert order.index(strict.assess(text).action) <= order.index(wide.assess(text).action)


def test_an_unknown_operating_point_is_named_with_those_there_are(tiny: Training) -> None:
    with pytest.raises(InputError, match="unknown operating point 'night'; this model has balanced, strict, wide"):
        Classifier.load(tiny.folder, "night")


PARTS = (
    "calibration",
    "calibration.risk",
    "calibration.risk.fraud.slope",
    "calibration.sharpness.schemes",
    "calibration.tactics.harassment",
    "corpus.sha256",
    "default_operating_point",
    "environment",
    "files",
    "labels",
    "metrics",
    "operating_points",
    "operating_points.strict.alert",
    "scripts",
    "scripts.investment",
    "seed",
    "thresholds",
    "thresholds.tactic.first_swipe",
)


@pytest.mark.parametrize("damage", ["absent", "of another kind"])
@pytest.mark.parametrize("part", PARTS)
def test_a_manifest_that_lacks_a_part_names_it(copy: Path, part: str, damage: str) -> None:
    _change(copy, part, ABSENT if damage == "absent" else None)
    with pytest.raises(ArtifactError, match=rf"manifest\.json: .*'{part}'"):
        Classifier.load(copy)


def test_a_default_operating_point_that_is_none_of_them(copy: Path) -> None:
    _edit(copy, default_operating_point="night")
    with pytest.raises(ArtifactError, match="'operating_points' lacks the default one"):
        Classifier.load(copy)


def test_a_manifest_comes_back_as_it_was_written(tiny: Training) -> None:
    path = tiny.folder / "manifest.json"
    data = json.loads(path.read_text(encoding="utf-8"))
    assert json.loads(json.dumps(Manifest.parse(data, "here").to_dict())) == data


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("operating_points.strict.alert", 7.0),
        ("operating_points.strict.rule.alerts", "two"),
        ("operating_points.strict.expected.recall", [0.5]),
        ("scripts.upgrade_fee", ["nonsense"]),
        ("metrics.auc", "good"),
    ],
)
def test_a_part_that_makes_no_sense_is_named(copy: Path, part: str, value: object) -> None:
    _change(copy, part, value)
    with pytest.raises(ArtifactError, match=f"'{part.removesuffix('.alert')}"):
        Classifier.load(copy)


def test_a_threshold_that_nothing_reaches_can_be_judged_with(copy: Path) -> None:
    _change(copy, "operating_points.strict.alert", 1.00001)
    _change(copy, "operating_points.strict.review", 1.0)
    why = Classifier.load(copy, "strict").assess("自称售后说机器到期，寄来新的让我先刷五百，少了299。").why_not
    assert why is not None
    assert why.distance > 0
