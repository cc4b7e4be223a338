"""Loading verifies before it builds; what is damaged, foreign or old is refused with what to do."""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from huashu import ArtifactError, Classifier, InputError
from huashu.artifact import ARRAYS, MANIFEST, sealed
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


def _reseal(folder: Path) -> None:
    """Give the manifest, and the arrays, their digests again: what was changed was changed on purpose."""
    path = folder / MANIFEST
    data = json.loads(path.read_text(encoding="utf-8"))
    data["files"] = {ARRAYS: hashlib.sha256((folder / ARRAYS).read_bytes()).hexdigest()}
    path.write_text(json.dumps(sealed(Manifest.parse(data, "test")).to_dict()), encoding="utf-8")


def _repack(folder: Path, **changed: NDArray[Any]) -> None:
    """Give arrays other values, under digests that fit."""
    with np.load(folder / ARRAYS) as arrays:
        named = {name: arrays[name] for name in arrays.files}
    np.savez_compressed(folder / ARRAYS, allow_pickle=False, **(named | changed))
    _reseal(folder)


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
    with pytest.raises(ArtifactError, match=r"format 99, this Huashu reads 5"):
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
    _reseal(copy)
    why = Classifier.load(copy, "strict").assess("自称售后说机器到期，寄来新的让我先刷五百，少了299。").why_not
    assert why is not None
    assert why.distance > 0


@pytest.mark.parametrize(
    ("part", "value"), [("operating_points.balanced.alert", 0.9999999), ("known.risk", 0.5), ("seed", 1)]
)
def test_a_manifest_that_was_changed(copy: Path, part: str, value: object) -> None:
    _change(copy, part, value)
    with pytest.raises(ArtifactError, match="was changed"):
        Classifier.load(copy)


def test_versions_tell_models_apart_by_all_that_they_are(copy: Path) -> None:
    before = Classifier.load(copy).version
    _change(copy, "operating_points.balanced.alert", 0.9999999)
    _reseal(copy)
    assert Classifier.load(copy).version != before


ARRAYS_CHANGED: dict[str, tuple[str, Any]] = {
    "weights that are text": ("weights", lambda array: array.astype(str)),
    "weights of another type": ("weights", lambda array: array.astype(np.int16)),
    "weights for fewer grams": ("weights", lambda array: array[1:]),
    "weights in one line": ("weights", np.ravel),
    "an idf that is no number": ("idf", lambda array: np.full_like(array, np.nan)),
    "an idf without end": ("idf", lambda array: np.full_like(array, np.inf)),
    "an idf below zero": ("idf", np.negative),
    "a scale of zero": ("scale", np.zeros_like),
    "an intercept that is no number": ("intercept", lambda array: array * np.nan),
    "an intercept too many": ("intercept", lambda array: np.append(array, 0)),
    "keys out of order": ("words.keys", lambda array: array[::-1]),
    "keys twice": ("words.keys", lambda array: np.append(array[:-1], array[-2])),
    "words that are no text": ("words", lambda array: np.full_like(array, 0xFF)),
}


@pytest.mark.parametrize("name", ARRAYS_CHANGED)
def test_arrays_that_are_not_what_they_should_be(copy: Path, name: str) -> None:
    array, change = ARRAYS_CHANGED[name]
    with np.load(copy / ARRAYS) as arrays:
        given = arrays[f"document.{array}"]
    _repack(copy, **{f"document.{array}": change(given)})
    with pytest.raises(ArtifactError, match="train the model again"):
        Classifier.load(copy)


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip", b"PK\x05\x06" + b"\0" * 18])
def test_a_file_that_holds_no_arrays(copy: Path, data: bytes) -> None:
    (copy / ARRAYS).write_bytes(data)
    _reseal(copy)
    with pytest.raises(ArtifactError, match=r"no file of arrays|lacks the array"):
        Classifier.load(copy)


def test_arrays_that_are_far_too_large_are_not_unpacked(copy: Path) -> None:
    with zipfile.ZipFile(copy / ARRAYS, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("bomb.npy", "w") as bomb:
        for _ in range(1001):
            bomb.write(bytes(1_000_000))
    _reseal(copy)
    with pytest.raises(ArtifactError, match="far too large"):
        Classifier.load(copy)


def test_a_model_is_tried_out_before_it_is_used(copy: Path) -> None:
    Classifier.load(copy).try_out()
    with np.load(copy / ARRAYS) as arrays:
        intercept = arrays["document.intercept"]
    _repack(copy, **{"document.intercept": intercept + 1})
    with pytest.raises(ArtifactError, match="judges a known text"):
        Classifier.load(copy).try_out()
