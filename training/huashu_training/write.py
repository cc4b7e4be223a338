"""The third act of training: artifact, figures, model card and scikit-learn pipelines in a folder."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import joblib
import numpy as np

from huashu import Classifier
from huashu.artifact import Artifact, save, sealed
from huashu.labels import NONE, SCHEMES, TACTICS
from huashu.manifest import Corpus, Known, Manifest
from huashu.reading.segmenter import default_cut
from huashu.verdict.decide import TacticHeads
from huashu.verdict.risk import Calibration
from huashu_corpora.document import Document
from huashu_corpora.files import corpus_digest
from huashu_training.card import model_card
from huashu_training.fit.fitted import Fitted
from huashu_training.fit.pipeline import SEED
from huashu_training.measure.measured import Measured

PIPELINES = "pipeline.joblib"
METRICS = "metrics.json"
CARD = "MODEL_CARD.md"
KNOWN = "客服说机器要换，先刷一笔试试，没说收不收费。"
"""What every model is tried out on before it is used; neither certain nor far from it."""
USUAL = 0.2
"""Share of a scheme's texts that must show a move for it to belong to the scheme's usual script."""


def write(fitted: Fitted, measured: Measured, folder: Path) -> Path:
    """Write artifact, ``metrics.json``, ``MODEL_CARD.md`` and ``pipeline.joblib`` into ``folder``, which is made if it
    is missing; returns it. The same documents give the same bytes of all but the last under the same library versions.
    OSError when that fails.
    """
    document, clause = fitted.document.compiled(), fitted.clause.compiled()
    unknown = manifest_of(fitted, measured)
    risk = Classifier(Artifact(sealed(unknown), document, clause), default_cut()).judge(KNOWN).risk
    manifest = save(folder, replace(unknown, known=Known(KNOWN, risk)), document, clause)
    card = model_card(manifest, measured)
    (folder / METRICS).write_text(json.dumps(measured.metrics, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / CARD).write_text(card, encoding="utf-8")
    pipelines = {"document": fitted.document.pipeline(), "clause": fitted.clause.pipeline()}
    joblib.dump(pipelines, folder / PIPELINES, compress=3)
    return folder


def manifest_of(fitted: Fitted, measured: Measured) -> Manifest:
    """What the artifact says of itself; ``files`` are left to :func:`huashu.artifact.save`, the risk of the known
    text to :func:`write`."""
    documents, calibrations = fitted.cross.documents, fitted.calibrations
    none = sum(document.scheme == NONE for document in documents)
    return Manifest(
        risk=calibrations.risk,
        sharpness=calibrations.sharpness,
        tactics=by_tactic(calibrations.tactics),
        tactic_thresholds=dict(zip(TACTICS.ids, calibrations.tactics.thresholds.tolist(), strict=True)),
        scripts=usual_moves(documents),
        operating_points=measured.points,
        default_operating_point=measured.default,
        corpus=Corpus(len(documents), none, corpus_digest(documents)),
        seed=SEED,
        environment=environment(),
        metrics=measured.metrics["documents"]["summary"] | measured.metrics["tactics"]["summary"],
        known=Known(KNOWN, 0.0),
        files={},
    )


def by_tactic(heads: TacticHeads) -> dict[str, Calibration]:
    """The calibration of each move."""
    slopes, offsets = np.asarray(heads.calibration.slope), np.asarray(heads.calibration.offset)
    return dict(zip(TACTICS.ids, map(Calibration, slopes.tolist(), offsets.tolist()), strict=True))


def usual_moves(documents: Sequence[Document]) -> dict[str, tuple[str, ...]]:
    """For each scheme the moves that at least ``USUAL`` of its texts with moves show, in the order of the labels."""
    scripts = {}
    for scheme in SCHEMES.ids:
        shown = [{mark.tactic for mark in d.tactics} for d in documents if d.scheme == scheme and d.tactics]
        scripts[scheme] = tuple(
            tactic for tactic in TACTICS.ids if shown and sum(tactic in some for some in shown) >= USUAL * len(shown)
        )
    return scripts


def environment() -> dict[str, str]:
    """What the bytes of an artifact depend on besides the corpora."""
    packages = ("numpy", "scipy", "scikit-learn", "rjieba", "jieba")
    return {"machine": platform.machine(), **{package: version(package) for package in packages}}
