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
from joblib import Parallel, delayed
from numpy.typing import NDArray

from huashu.artifact import save
from huashu.assess import FRAUD_COLUMN, REGISTER_COLUMNS, REPORT_COLUMN, SCHEME_COLUMNS
from huashu.clauses import CLAUSE, clause_slices
from huashu.document import DOCUMENT
from huashu.errors import InputError
from huashu.features import Analysis, analyse
from huashu.labels import NONE, REGISTERS, REPORT, SCHEMES, TACTICS, should_alert
from huashu.risk import RiskModel, sigmoid
from huashu.segment import default_cut
from huashu_corpora.document import Document, to_row
from huashu_corpora.groups import group_numbers
from huashu_corpora.noise import ATTACKS, augment
from huashu_training.calibration import (
    best_f1_threshold,
    expected_calibration_error,
    fit_platt,
    fit_risk,
    fit_sharpness,
)
from huashu_training.card import model_card
from huashu_training.crossfit import (
    CLAUSE_FOLDS,
    TEXT_FOLDS,
    CrossFit,
    Fold,
    FoldModel,
    cross_fit,
    fit_fold,
    honest_folds,
)
from huashu_training.grams import Clause, clauses
from huashu_training.metrics import document_metrics, tactic_metrics
from huashu_training.operating import STANDARD, OperatingPoint, describe
from huashu_training.pipeline import LEFT_OUT, SEED, GramCounts, LinearHeads, Targets, compile_model, pipeline
from huashu_training.robustness import Held, measure

PIPELINES = "pipeline.joblib"
METRICS = "metrics.json"
CARD = "MODEL_CARD.md"
ATTACKED = (200, 400)
"""Headline and ``none`` texts that each attack is tried on for the model card, at most."""
NOISY_SHARE = 0.35
"""Share of documents that a noisy copy is added of (see ``huashu_corpora.noise``)."""
HARMLESS = 3
"""The clause model learns from the clauses of one in so many texts without a scheme; all of them cost a third more time
and move span F1 by .001."""
CLAUSE_COST = 0.3
"""C of the clause heads."""
USUAL = 0.2
"""Share of a scheme's texts that must show a move for it to belong to the scheme's usual script."""
FEWEST = 20
"""Fewer documents than this cannot be split into honest folds."""

FoldMaker = Callable[[Sequence[Document], int], list[Fold]]

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


def document_targets(documents: Sequence[Document]) -> Targets:
    """(documents, 22): fraud; report, asked of fraud only; each scheme; each register. The document model's columns."""
    rows = [
        [d.scheme != NONE, LEFT_OUT if d.scheme == NONE else d.register == REPORT]
        + [d.scheme == scheme for scheme in SCHEMES.ids]
        + [d.register == register for register in REGISTERS.ids]
        for d in documents
    ]
    return np.array(rows, dtype=np.int8)


def clause_targets(document: Document, analysis: Analysis, slices: Sequence[tuple[int, int]]) -> Targets:
    """(clauses, 20): which moves each clause makes.

    A mark belongs to a clause when they share at least half of the shorter of the two.
    """
    targets = np.zeros((len(slices), len(TACTICS.ids)), dtype=np.int8)
    for row, (first, stop) in enumerate(slices):
        _, start, end = analysis.locate(analysis.tokens[first].start, analysis.tokens[stop - 1].end)
        for mark in document.tactics:
            shared = min(end, mark.end) - max(start, mark.start)
            if shared > 0 and 2 * shared >= min(end - start, mark.end - mark.start):
                targets[row, TACTICS.ids.index(mark.tactic)] = 1
    return targets


@dataclass(frozen=True, slots=True)
class Task:
    """Something to learn: ``sources`` (texts or clauses), read by ``channels``, their ``targets``, the ``folds``, which
    rows are ``learned`` from and which are ``measured`` (noisy copies never are), and the unfitted ``heads``."""

    channels: Sequence[str]
    sources: Sequence[Any]
    targets: Targets
    folds: Sequence[Fold]
    learned: NDArray[np.bool_]
    measured: NDArray[np.bool_]
    heads: LinearHeads

    def cross_fit(self, advance: Callable[[], Any]) -> CrossFit:
        """Models of all folds and out-of-fold scores of all rows."""
        folds = [Fold(fold.train[self.learned[fold.train]], fold.test) for fold in self.folds]
        return cross_fit(self.channels, self.sources, self.targets, folds, self.heads, advance)

    def out_of_fold(self, advance: Callable[[], Any]) -> NDArray[np.float64]:
        """Out-of-fold scores (measured rows, outputs)."""
        return self.cross_fit(advance).scores[self.measured]

    @property
    def truth(self) -> Targets:
        """Targets of the measured rows."""
        return self.targets[self.measured]


@dataclass(frozen=True, slots=True)
class Reading:
    """Documents read for training: the written ones, then noisy copies of some, and their ``analyses``."""

    documents: Sequence[Document]
    written: int
    analyses: Sequence[Analysis]


def read(documents: Sequence[Document]) -> Reading:
    """Analyse ``documents`` and noisy copies of some of them."""
    both = [*documents, *augment(documents, NOISY_SHARE, SEED)]
    cut = default_cut()
    return Reading(both, len(documents), [analyse(document.text, cut) for document in both])


def text_task(reading: Reading, make_folds: FoldMaker = honest_folds) -> Task:
    """The task on whole texts; ``make_folds`` splits the documents into at most as many folds as it is told."""
    return Task(
        DOCUMENT,
        [analysis.tokens for analysis in reading.analyses],
        document_targets(reading.documents),
        make_folds(reading.documents, TEXT_FOLDS),
        np.ones(len(reading.documents), dtype=bool),
        np.arange(len(reading.documents)) < reading.written,
        LinearHeads(balanced_from=SCHEME_COLUMNS.start),
    )


def clause_task(reading: Reading, scores: NDArray[np.float64], make_folds: FoldMaker = honest_folds) -> Task:
    """The task on clauses. ``scores`` (documents, outputs) of the text task, out-of-fold, tell each clause what its
    text is judged to be. Clauses of every text with a scheme are learned from, of others those of one in ``HARMLESS``.
    """
    folds = make_folds(reading.documents, CLAUSE_FOLDS)
    schemes = scores[:, SCHEME_COLUMNS].argmax(axis=1)
    registers = scores[:, REGISTER_COLUMNS].argmax(axis=1)
    sources: list[Clause] = []
    targets = []
    for i, (document, analysis) in enumerate(zip(reading.documents, reading.analyses, strict=True)):
        slices = clause_slices(analysis)
        sources += clauses(analysis, slices, SCHEMES.ids[schemes[i]], REGISTERS.ids[registers[i]])
        targets.append(clause_targets(document, analysis, slices))
    owners = np.repeat(np.arange(len(targets)), [len(rows) for rows in targets])
    clause_folds = [
        Fold(np.flatnonzero(np.isin(owners, fold.train)), np.flatnonzero(np.isin(owners, fold.test))) for fold in folds
    ]
    heads = LinearHeads(cost=CLAUSE_COST)
    learned = np.array([d.scheme != NONE or i % HARMLESS == 0 for i, d in enumerate(reading.documents)])[owners]
    return Task(CLAUSE, sources, np.concatenate(targets), clause_folds, learned, owners < reading.written, heads)


def _fit_whole(
    fits: Sequence[tuple[Task, CrossFit]], advance: Callable[[], Any]
) -> list[tuple[Sequence[GramCounts], FoldModel]]:
    """Counters and the model of all that is learned from, for each task; the tasks are fitted side by side."""
    jobs = (
        delayed(fit_fold)(task.channels, cross.counts, task.targets, np.flatnonzero(task.learned), task.heads)
        for task, cross in fits
    )
    whole = []
    models = Parallel(n_jobs=2, return_as="generator", mmap_mode="r")(jobs)
    for (_, cross), model in zip(fits, models, strict=True):
        whole.append((cross.counters, model))
        advance()
    return whole


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
    points: Sequence[OperatingPoint] = STANDARD,
    report: Report = _silent,
) -> Training:
    """Fit, calibrate and evaluate on ``documents``; write artifact, ``metrics.json``, model card, ``pipeline.joblib``.

    ``points`` are the operating points that the artifact offers, the first as its default. Calibration and thresholds
    rest on out-of-fold scores (see :mod:`huashu_training.crossfit`). The same documents give the same artifact bytes
    under the same library versions. Raises InputError for fewer than 20 documents or when the documents do not hold
    both texts that ought to alert and texts that ought to pass.
    """
    alert = np.array([should_alert(document.scheme, document.register) for document in documents])
    if len(documents) < FEWEST or alert.all() or not alert.any():
        raise InputError(
            f"{len(documents)} documents, {int(alert.sum())} of which ought to alert: training needs at least "
            f"{FEWEST}, some that ought to alert and some that ought to pass"
        )
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
    offered = describe(points, risks, alert, np.array(group_numbers(documents)))
    advance()
    default = points[0].name
    bounds = (offered[default]["alert"], offered[default]["review"])
    advance = report("attacks", len(ATTACKS) + 1)
    attacks = measure(documents, cross.fold_of[texts.measured], Held(cross, risk), bounds, ATTACKED, advance)

    whole = _fit_whole([(texts, cross), (pieces, clause_cross)], report("fitting", 2))
    compiled = [compile_model(counters, model.weighers, model.heads) for counters, model in whole]
    pipelines = [pipeline(counters, model.weighers, model.heads) for counters, model in whole]

    metrics: dict[str, Any] = {
        "documents": document_metrics(documents, scores, calibration, offered[default]),
        "tactics": tactic_metrics(clause_scores, clause_truth, calibration, tactic_thresholds),
        "attacks": [asdict(rates) for rates in attacks],
    }
    error = expected_calibration_error(risks, alert)
    metrics["documents"]["summary"]["expected_calibration_error"] = round(error, 4)
    manifest = {
        "labels": {"schemes": SCHEMES.ids, "registers": REGISTERS.ids, "tactics": TACTICS.ids},
        "calibration": calibration,
        "thresholds": {"tactic": tactic_thresholds},
        "scripts": usual_moves(documents),
        "operating_points": offered,
        "default_operating_point": default,
        "corpus": {
            "documents": len(documents),
            "none": sum(document.scheme == NONE for document in documents),
            "sha256": corpus_digest(documents),
        },
        "seed": SEED,
        "environment": environment(),
        "metrics": metrics["documents"]["summary"] | metrics["tactics"]["summary"],
    }
    save(folder, manifest, *compiled)
    (folder / METRICS).write_text(json.dumps(metrics, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    (folder / CARD).write_text(model_card(manifest, attacks), encoding="utf-8")
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
