"""``train``: labelled documents -> a calibrated, evaluated artifact."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from numpy.typing import NDArray

from huashu.artifact import save
from huashu.errors import InputError
from huashu.labels import NONE, SCHEMES, TACTICS, should_alert
from huashu.manifest import Corpus, Manifest, OperatingPoint
from huashu.verdict.decide import FRAUD_COLUMN, REGISTER_COLUMNS, REPORT_COLUMN, SCHEME_COLUMNS
from huashu.verdict.risk import Calibration, RiskModel, sigmoid
from huashu_corpora.document import Document, to_row
from huashu_corpora.groups import group_numbers
from huashu_corpora.noise import ATTACKS
from huashu_training.card import model_card
from huashu_training.fit.calibration import (
    best_f1_threshold,
    expected_calibration_error,
    fit_platt,
    fit_risk,
    fit_sharpness,
)
from huashu_training.fit.crossfit import HeldOut, without_copies
from huashu_training.fit.pipeline import SEED, Targets, compile_model, pipeline, vocabulary
from huashu_training.fit.tasks import clause_task, fit_whole, read, text_task
from huashu_training.measure.baseline import fit_plain
from huashu_training.measure.metrics import document_metrics, tactic_metrics
from huashu_training.measure.operating_points import STANDARD, NamedRule, describe, thresholds
from huashu_training.measure.robustness import Held, measure

PIPELINES = "pipeline.joblib"
METRICS = "metrics.json"
CARD = "MODEL_CARD.md"
ATTACKED = (200, 400)
"""Headline and ``none`` texts that each attack is tried on for the model card, at most."""
USUAL = 0.2
"""Share of a scheme's texts that must show a move for it to belong to the scheme's usual script."""
FEWEST = 20
"""Fewer documents than this cannot be split into honest folds."""

Report = Callable[[str, int], Callable[[], Any]]
"""Called with a stage's name and number of steps; gives a function to call after each step."""


def _silent(stage: str, steps: int) -> Callable[[], Any]:
    return lambda: None


@dataclass(frozen=True, slots=True)
class Training:
    """What :func:`train` made: where, and the figures of ``metrics.json``."""

    folder: Path
    metrics: dict[str, Any]


def corpus_digest(documents: Sequence[Document]) -> str:
    """SHA-256 over the documents' canonical rows in order of id."""
    digest = hashlib.sha256()
    for document in sorted(documents, key=lambda document: document.id):
        digest.update(json.dumps(to_row(document), ensure_ascii=False, sort_keys=True).encode() + b"\n")
    return digest.hexdigest()


def usual_moves(documents: Sequence[Document]) -> dict[str, list[str]]:
    """For each scheme the moves that at least ``USUAL`` of its texts with moves show, in the order of the labels."""
    scripts = {}
    for scheme in SCHEMES.ids:
        shown = [{mark.tactic for mark in d.tactics} for d in documents if d.scheme == scheme and d.tactics]
        scripts[scheme] = [
            tactic for tactic in TACTICS.ids if shown and sum(tactic in some for some in shown) >= USUAL * len(shown)
        ]
    return scripts


def environment() -> dict[str, str]:
    """What the bytes of an artifact depend on besides the corpora."""
    packages = ("numpy", "scipy", "scikit-learn", "rjieba", "jieba")
    return {"machine": platform.machine(), **{package: version(package) for package in packages}}


def train(
    documents: Sequence[Document],
    folder: Path,
    points: Sequence[NamedRule] = STANDARD,
    report: Report = _silent,
) -> Training:
    """Fit, calibrate and evaluate on ``documents``; write artifact, ``metrics.json``, model card, ``pipeline.joblib``.

    ``points`` are the operating points that the artifact offers, the first as its default. Calibration and thresholds
    rest on out-of-fold scores (see :mod:`huashu_training.fit.crossfit`). The same documents give the same artifact
    bytes under the same library versions. Raises InputError for fewer than 20 documents or when the documents do not
    hold both texts that ought to alert and texts that ought to pass, LeakError if near-duplicates should stand on both
    sides of a split, OSError, before the work, when ``folder`` cannot be made.
    """
    alert = np.array([should_alert(document.scheme, document.register) for document in documents])
    if len(documents) < FEWEST or alert.all() or not alert.any():
        raise InputError(
            f"{len(documents)} documents, {int(alert.sum())} of which ought to alert: training needs at least "
            f"{FEWEST}, some that ought to alert and some that ought to pass"
        )
    folder.mkdir(parents=True, exist_ok=True)
    advance = report("reading", 1)
    reading = read(documents)
    texts = text_task(reading)
    advance()
    cross = texts.cross_fit(report("cross-fitting texts", len(texts.folds)))
    scores = cross.scores[texts.measured]
    pieces = clause_task(reading, cross.scores)
    clause_cross = pieces.cross_fit(report("cross-fitting clauses", len(pieces.folds)))
    clause_scores = clause_cross.scores[pieces.measured]
    clause_truth = pieces.truth == 1
    calibration, tactic_thresholds = _calibrate(scores, texts.truth, clause_scores, clause_truth)
    risk = RiskModel.from_manifest(calibration["risk"])
    risks = sigmoid(risk.log_odds(*_risk_heads(scores)))
    advance = report("operating points", 1)
    groups = np.array(group_numbers(documents))
    offered = describe(points, risks, alert, groups)
    advance()
    default = points[0].name
    bounds = (offered[default]["alert"], offered[default]["review"])
    folds = [without_copies(fold, len(documents)) for fold in texts.folds]
    held_out = HeldOut(cross.fold_of[texts.measured], folds, groups)
    advance = report("attacks", len(ATTACKS) + 1)
    attacks = measure(documents, held_out, Held(cross.compiled(), risk), bounds, ATTACKED, advance)
    advance = report("plain model, attacks", len(ATTACKS) + 2)
    written = [document.text for document in documents]
    plain = fit_plain(written, alert, folds)
    advance()
    plain_bounds = thresholds(points[0].rule, plain(written, held_out.fold_of), alert)
    plain_attacks = measure(documents, held_out, plain, plain_bounds, ATTACKED, advance)

    whole = fit_whole([(texts, cross), (pieces, clause_cross)], report("fitting", 2))
    compiled = [compile_model(vocabulary(counters), model.weighers, model.heads) for counters, model in whole]
    pipelines = [pipeline(counters, model.weighers, model.heads) for counters, model in whole]

    metrics: dict[str, Any] = {
        "documents": document_metrics(documents, scores, calibration, offered[default]),
        "tactics": tactic_metrics(clause_scores, clause_truth, calibration, tactic_thresholds),
        "attacks": [{k: None if v != v else v for k, v in asdict(rates).items()} for rates in attacks],
    }
    error = expected_calibration_error(risks, alert)
    metrics["documents"]["summary"]["expected_calibration_error"] = round(error, 4)
    manifest = Manifest(
        risk=risk,
        sharpness=calibration["sharpness"],
        tactics={name: Calibration(**entry) for name, entry in calibration["tactics"].items()},
        tactic_thresholds=tactic_thresholds,
        scripts=usual_moves(documents),
        operating_points={name: OperatingPoint(**entry) for name, entry in offered.items()},
        default_operating_point=default,
        corpus=Corpus(len(documents), sum(document.scheme == NONE for document in documents), corpus_digest(documents)),
        seed=SEED,
        environment=environment(),
        metrics=metrics["documents"]["summary"] | metrics["tactics"]["summary"],
        files={},
    )
    manifest = save(folder, manifest, *compiled)
    (folder / METRICS).write_text(json.dumps(metrics, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / CARD).write_text(model_card(manifest.to_dict(), metrics, attacks, plain_attacks), encoding="utf-8")
    joblib.dump(dict(zip(("document", "clause"), pipelines, strict=True)), folder / PIPELINES, compress=3)
    return Training(folder, metrics)


def _risk_heads(scores: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return scores[:, FRAUD_COLUMN], scores[:, REPORT_COLUMN]


def _calibrate(
    scores: NDArray[np.float64],
    targets: Targets,
    clause_scores: NDArray[np.float64],
    clause_truth: NDArray[np.bool_],
) -> tuple[dict[str, Any], dict[str, float]]:
    """The manifest's ``calibration`` and the moves' thresholds from out-of-fold scores."""
    risk = fit_risk(*_risk_heads(scores), targets[:, FRAUD_COLUMN] == 1, targets[:, REPORT_COLUMN] == 1)
    tactics = {name: fit_platt(clause_scores[:, k], clause_truth[:, k]) for k, name in enumerate(TACTICS.ids)}
    calibration = {
        "risk": asdict(risk),
        "sharpness": {
            "schemes": fit_sharpness(scores[:, SCHEME_COLUMNS], targets[:, SCHEME_COLUMNS].argmax(axis=1)),
            "registers": fit_sharpness(scores[:, REGISTER_COLUMNS], targets[:, REGISTER_COLUMNS].argmax(axis=1)),
        },
        "tactics": {name: asdict(calibration) for name, calibration in tactics.items()},
    }
    return calibration, {
        name: best_f1_threshold(tactics[name](clause_scores[:, k]), clause_truth[:, k])
        for k, name in enumerate(TACTICS.ids)
    }
