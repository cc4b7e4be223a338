"""What training records of a model, typed: read once, with a clear error for whatever is missing or misshapen."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import numpy as np

from huashu.errors import ArtifactError, InputError
from huashu.labels import REGISTERS, SCHEMES, TACTICS
from huashu.verdict.decide import Heads, TacticHeads
from huashu.verdict.risk import AgreementCalibration, Calibration, RiskModel

FORMAT_VERSION = 5
"""To change the layout of manifest or arrays: raise this, say in the CHANGELOG what changed, train the shipped artifact
again, and keep no reader for the old version unless an artifact of that version was released."""

_LABELS = {"schemes": SCHEMES.ids, "registers": REGISTERS.ids, "tactics": TACTICS.ids}

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """``alert`` and ``review`` are thresholds on risk; ``rule`` is what they keep to and ``means`` the same in words;
    ``expected`` holds figures as ``[value, low, high]`` (95 % interval)."""

    alert: float
    review: float
    rule: Mapping[str, float]
    means: str
    expected: Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Corpus:
    """What a model has learned from: how many ``documents``, how many of them of scheme ``none``, and the digest of all
    (see :func:`huashu_corpora.files.corpus_digest`)."""

    documents: int
    none: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Known:
    """A ``text`` and the ``risk`` (0..1) that the model gave it when it was trained: a model that gives it another
    one is not to be used."""

    text: str
    risk: float


@dataclass(frozen=True, slots=True)
class Manifest:
    """What training records.

    ``risk`` calibrates the document model's heads, ``sharpness`` holds the factors on ``schemes`` and ``registers``
    scores before their softmax, ``tactics`` maps each move to its calibration and ``tactic_thresholds`` to the
    probability from which a clause makes it; ``scripts`` maps each scheme to the moves that its texts show most often.
    ``operating_points`` are chosen by name, ``default_operating_point`` names one. ``metrics`` are out-of-fold figures
    of the training run, ``environment`` what the bytes depend on besides the corpus; ``known`` is for a trial before
    use, ``files`` holds SHA-256 by file name (see :mod:`huashu.artifact`).
    """

    risk: RiskModel
    sharpness: Mapping[str, float]
    tactics: Mapping[str, Calibration]
    tactic_thresholds: Mapping[str, float]
    scripts: Mapping[str, Sequence[str]]
    operating_points: Mapping[str, OperatingPoint]
    default_operating_point: str
    corpus: Corpus
    seed: int
    environment: Mapping[str, str]
    metrics: Mapping[str, float | None]
    known: Known
    files: Mapping[str, str]

    @classmethod
    def parse(cls, data: Any, where: str) -> Manifest:
        """From the JSON that :meth:`to_dict` gives; ArtifactError naming ``where`` it stands and the part that is
        missing, of another kind, or of another version of Huashu."""
        whole = _Part(data, where)
        version = data.get("format_version") if isinstance(data, dict) else None
        if version != FORMAT_VERSION:
            raise ArtifactError(
                f"{where}: artifact format {version!r}, this Huashu reads {FORMAT_VERSION}; train it again with this "
                "version"
            )
        labels = whole.part("labels")
        for kind, ids in _LABELS.items():
            if labels.strings(kind) != ids:
                raise ArtifactError(
                    f"{where}: its {kind} are not those of this Huashu; train it again with this version"
                )
        calibration, corpus = whole.part("calibration"), whole.part("corpus")
        risk, tactics, scripts = calibration.part("risk"), calibration.part("tactics"), whole.part("scripts")
        points = whole.part("operating_points")
        manifest = cls(
            risk=RiskModel(
                AgreementCalibration(**risk.part("fraud").numbers(("slope", "scheme", "offset"))),
                _calibration(risk.part("report")),
                _calibration(risk.part("final")),
                risk.number("length"),
            ),
            sharpness=calibration.part("sharpness").numbers(("schemes", "registers")),
            tactics={name: _calibration(tactics.part(name)) for name in TACTICS.ids},
            tactic_thresholds=whole.part("thresholds").part("tactic").numbers(TACTICS.ids),
            scripts={scheme: scripts.strings(scheme, TACTICS.ids) for scheme in SCHEMES.ids},
            operating_points={name: _point(points.part(name)) for name in points.names()},
            default_operating_point=whole.string("default_operating_point"),
            corpus=Corpus(corpus.integer("documents"), corpus.integer("none"), corpus.string("sha256")),
            seed=whole.integer("seed"),
            environment={name: whole.part("environment").string(name) for name in whole.part("environment").names()},
            metrics=whole.part("metrics").figures(),
            known=Known(whole.part("known").string("text"), whole.part("known").number("risk")),
            files={name: whole.part("files").string(name) for name in whole.part("files").names()},
        )
        if manifest.default_operating_point not in manifest.operating_points:
            raise ArtifactError(f"{where}: 'operating_points' lacks the default one; train the model again")
        return manifest

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON; the inverse of :meth:`parse`."""
        return {
            "format_version": FORMAT_VERSION,
            "labels": {kind: list(ids) for kind, ids in _LABELS.items()},
            "calibration": {
                "risk": asdict(self.risk),
                "sharpness": dict(self.sharpness),
                "tactics": {name: asdict(calibration) for name, calibration in self.tactics.items()},
            },
            "thresholds": {"tactic": dict(self.tactic_thresholds)},
            "scripts": {scheme: list(tactics) for scheme, tactics in self.scripts.items()},
            "operating_points": {name: asdict(point) for name, point in self.operating_points.items()},
            "default_operating_point": self.default_operating_point,
            "corpus": asdict(self.corpus),
            "seed": self.seed,
            "environment": dict(self.environment),
            "metrics": dict(self.metrics),
            "known": asdict(self.known),
            "files": dict(self.files),
        }

    def operating_point(self, name: str | None) -> tuple[str, OperatingPoint]:
        """Name and thresholds of an operating point (None: the default); InputError when there is no such point."""
        name = self.default_operating_point if name is None else name
        if name not in self.operating_points:
            raise InputError(f"unknown operating point {name!r}; this model has {', '.join(self.operating_points)}")
        return name, self.operating_points[name]

    def heads(self, point: OperatingPoint) -> Heads:
        """What the document model's outputs mean at ``point``."""
        return Heads(self.risk, self.sharpness, point.alert, point.review)

    def tactic_heads(self) -> TacticHeads:
        """What the clause model's outputs mean."""
        calibrations = [self.tactics[name] for name in TACTICS.ids]
        slope, offset = np.array([[one.slope, one.offset] for one in calibrations]).T
        thresholds = np.array([self.tactic_thresholds[name] for name in TACTICS.ids])
        return TacticHeads(Calibration(slope, offset), thresholds)


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)


@dataclass(frozen=True, slots=True)
class _Part:
    """A JSON object inside the manifest, and the path to it, for errors."""

    data: Any
    where: str
    path: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.data, dict):
            raise ArtifactError(f"{self.where}: {self.path or 'it'} is no JSON object; train the model again")

    def names(self) -> tuple[str, ...]:
        return tuple(self.data)

    def part(self, name: str) -> _Part:
        return _Part(self._value(name, lambda value: isinstance(value, dict)), self.where, self._path(name))

    def string(self, name: str) -> str:
        return str(self._value(name, lambda value: isinstance(value, str)))

    def integer(self, name: str) -> int:
        return int(self._value(name, lambda value: type(value) is int))

    def number(self, name: str) -> float:
        return self._value(name, _is_number)  # type: ignore[no-any-return]

    def numbers(self, names: Sequence[str]) -> dict[str, float]:
        return {name: self.number(name) for name in names}

    def figures(self) -> dict[str, float | None]:
        """All values of the part: numbers, or None for what was not measured."""
        return {name: None if self.data[name] is None else self.number(name) for name in self.data}

    def interval(self, name: str) -> tuple[float, ...]:
        """Value, low, high."""
        return tuple(
            self._value(name, lambda value: isinstance(value, list) and len(value) == 3 and all(map(_is_number, value)))
        )

    def strings(self, name: str, known: Sequence[str] | None = None) -> tuple[str, ...]:
        """A list of strings, all of them ``known`` where that is given."""
        return tuple(
            self._value(
                name,
                lambda value: (
                    isinstance(value, list)
                    and all(isinstance(item, str) and (known is None or item in known) for item in value)
                ),
            )
        )

    def _value(self, name: str, fits: Callable[[Any], bool]) -> Any:
        if name not in self.data:
            raise ArtifactError(f"{self.where}: lacks {self._path(name)!r}; train the model again")
        if not fits(self.data[name]):
            raise ArtifactError(f"{self.where}: {self._path(name)!r} is not what it should be; train the model again")
        return self.data[name]

    def _path(self, name: str) -> str:
        return f"{self.path}.{name}" if self.path else name


def _calibration(part: _Part) -> Calibration:
    return Calibration(part.number("slope"), part.number("offset"))


def _point(part: _Part) -> OperatingPoint:
    alert, review = part.number("alert"), part.number("review")
    if not 0 <= review <= alert < 2:  # a threshold that no risk may reach is a little above 1
        raise ArtifactError(
            f"{part.where}: {part.path!r} needs 0 <= review <= alert, near or below 1; train the model again"
        )
    return OperatingPoint(
        alert,
        review,
        part.part("rule").numbers(part.part("rule").names()),
        part.string("means"),
        {name: part.part("expected").interval(name) for name in part.part("expected").names()},
    )
