"""The classifier: a text or dialogue goes in, an :class:`Assessment` comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from huashu import artifact as artifacts
from huashu import assess as assessing
from huashu.artifact import Artifact
from huashu.errors import ArtifactError, InputError
from huashu.interrupt import checkpoint
from huashu.live import Session
from huashu.manifest import Manifest
from huashu.model import Model
from huashu.reading.analysis import analyse
from huashu.reading.dialogue import Source, split
from huashu.reading.segmenter import Cut, default_cut
from huashu.result import Assessment, Scores, Verdict
from huashu.verdict.adjustment import NEUTRAL, Adjustment
from huashu.verdict.decide import unread

if TYPE_CHECKING:
    from huashu.scoring.bulk import BulkScorer


_SAME_RISK = 1e-4
"""Versions of numpy add up in another order."""


class Classifier:
    """A loaded model. Immutable after construction and safe to share between threads."""

    def __init__(self, artifact: Artifact, cut: Cut, operating_point: str | None = None) -> None:
        """InputError when ``artifact`` has no ``operating_point`` of that name (None: its default)."""
        self._artifact = artifact
        self._operating_point, _ = artifact.manifest.operating_point(operating_point)
        self._model = artifact.model(cut, operating_point)
        self._bulk = _Bulk(self._model)

    @classmethod
    def load(cls, path: Path | str | None = None, operating_point: str | None = None) -> Classifier:
        """The shipped model, or the artifact in the folder ``path``, at one of its operating points by name (default:
        the model's own). ArtifactError when it cannot be used, InputError when it has no such operating point."""
        return cls(artifacts.load(artifacts.SHIPPED if path is None else path), default_cut(), operating_point)

    def at(self, operating_point: str | None) -> Classifier:
        """The same model at another of its operating points (None: its default); costs next to nothing. InputError when
        it has no such point."""
        other = Classifier(self._artifact, self._model.cut, operating_point)
        other._bulk = self._bulk
        return other

    @property
    def artifact(self) -> Artifact:
        """What was loaded: the manifest and the linear models."""
        return self._artifact

    @property
    def manifest(self) -> Manifest:
        """What training recorded."""
        return self._artifact.manifest

    @property
    def operating_point(self) -> str:
        """Name of the operating point whose thresholds decide between alert, review and pass."""
        return self._operating_point

    @property
    def version(self) -> str:
        """Name of the model, as in ``Assessment.model_version``."""
        return self._artifact.version

    def assess(self, source: Source, adjustment: Adjustment = NEUTRAL) -> Assessment:
        """Judge one text, or one dialogue given as a list of turns ``{"role", "words", "begin"?, "end"?}``, with
        ``adjustment`` added to what the model says.

        Raises InputError when there is nothing to judge, the text is longer than
        ``huashu.reading.dialogue.MAX_CHARACTERS``, a turn is malformed, or the text cannot be encoded.
        """
        return assessing.assess(self._model, source, adjustment)

    def judge(self, source: Source, adjustment: Adjustment = NEUTRAL) -> Verdict:
        """The verdict that :meth:`assess` gives, without the cost of evidence. InputError likewise."""
        return assessing.judge(self._model, source, adjustment)

    def try_out(self) -> None:
        """ArtifactError when the model does not judge its known text as it did when it was trained."""
        known = self.manifest.known
        risk = Classifier(self._artifact, self._model.cut).judge(known.text).risk
        if not abs(risk - known.risk) < _SAME_RISK:  # NaN differs, too
            raise ArtifactError(
                f"model {self.version}: judges a known text at {risk:.6f} instead of {known.risk:.6f}; train it again "
                "with this version of Huashu"
            )

    def session(self) -> Session:
        """A running verdict on a call whose turns come one by one."""
        return Session(self._model)

    def score(self, sources: Iterable[Source], on_error: Callable[[int, InputError], object] | None = None) -> Scores:
        """Judge many texts without evidence; the same risk, action, scheme and register as :meth:`assess` gives.

        Raises InputError naming the position (from 0) of the first input that cannot be judged. With ``on_error`` it is
        told position and error instead, and that input has the risk NaN and empty strings.
        """
        scores, parts, readable, unusable = self._score_many(sources, on_error)
        result = self._model.heads.verdicts(scores, parts, readable)
        result.risk[unusable] = np.nan
        for position in unusable:
            for column in (result.action, result.scheme, result.register):
                column[position] = ""
        return result

    def judge_many(
        self, sources: Iterable[Source], on_error: Callable[[int, InputError], object] | None = None
    ) -> list[Verdict | None]:
        """What :meth:`judge` gives for each of many texts, at hardly more than the cost of :meth:`score`. Inputs that
        cannot be judged as there; their place has None."""
        scores, parts, readable, unusable = self._score_many(sources, on_error)
        verdict = self._model.heads.verdict
        verdicts: list[Verdict | None] = [
            verdict(row, of) if can_read else unread()
            for row, of, can_read in zip(scores, parts.tolist(), readable.tolist(), strict=True)
        ]
        for position in unusable:
            verdicts[position] = None
        return verdicts

    def _score_many(
        self, sources: Iterable[Source], on_error: Callable[[int, InputError], object] | None
    ) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.bool_], list[int]]:
        """Document scores (n, outputs) of the deciding parts, of how many parts each is one (n,), which texts have any
        Chinese character (n,), and the positions of inputs that cannot be judged, whose scores are void."""
        given: list[Source] = []
        inputs: list[tuple[Sequence[str], bool]] = []
        unusable: list[int] = []
        for position, source in enumerate(sources):
            checkpoint()
            given.append(source)
            try:
                inputs.append(split(source))
            except InputError as error:
                if on_error is None:
                    raise InputError(f"text {position}: {error}") from None
                on_error(position, error)
                unusable.append(position)
                inputs.append(([""], False))
        model = self._model
        scores, readable, apart = self._bulk.scorer.score(inputs)
        parts = np.ones(len(scores), np.intp)
        for position in np.flatnonzero(apart).tolist():
            checkpoint()
            deciding = model.deciding_part(analyse(given[position], model.cut).tokens)
            scores[position], parts[position] = deciding.scores, deciding.parts
        return scores, parts, readable, unusable


class _Bulk:
    """The document model compiled for many texts, at the first batch: one verdict from a cold start pays neither for it
    nor for its import. All operating points of a model share it."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @cached_property
    def scorer(self) -> BulkScorer:
        from huashu.scoring.bulk import BulkScorer  # noqa: PLC0415  (for batches only)

        return BulkScorer(self._model.document, self._model.cut)
