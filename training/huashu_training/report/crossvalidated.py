"""Evidence about the method: grouped cross-validation, one set of out-of-fold scores behind every section."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from huashu.errors import InputError
from huashu.evidence.reasons import Scored, explain
from huashu.labels import SCHEMES, TACTICS, should_alert
from huashu.reading.analysis import analyse
from huashu.reading.segmenter import default_cut
from huashu.scoring.grams import Columns
from huashu.scoring.linear import LinearModel
from huashu.scoring.text_model import document_rows
from huashu.verdict.decide import FRAUD_COLUMN, REGISTER_COLUMNS, REPORT_COLUMN, SCHEME_COLUMNS
from huashu.verdict.risk import RiskModel, sigmoid
from huashu_corpora.document import Document
from huashu_corpora.groups import group_numbers, near_duplicates
from huashu_corpora.noise import ATTACKS
from huashu_training.fit.calibration import best_f1_threshold, fit_platt, fit_risk, fit_sharpness
from huashu_training.fit.crossfit import (
    CrossFit,
    Fold,
    HeldOut,
    LeakError,
    check_no_leak,
    fit_fold,
    grouped_folds,
    without_copies,
)
from huashu_training.fit.pipeline import LinearHeads
from huashu_training.fit.tasks import Task, clause_task, read, text_task
from huashu_training.measure.baseline import fit_plain
from huashu_training.measure.operating_points import STANDARD, NamedRule, describe, thresholds
from huashu_training.measure.robustness import Held, measure
from huashu_training.report.evidence import Evidence, Floats, MoveCount, Rival
from huashu_training.report.quality import macro_f1
from huashu_training.report.scores import measure_head
from huashu_training.train import FEWEST, Report, corpus_digest

ATTACKED = (800, 2000)
"""Headline and ``none`` texts that each attack is tried on, at most."""
PARTS = (1 / 16, 1 / 8, 1 / 4, 1 / 2)
"""Parts of the training side of two folds that the learning curve is fitted on; its end is there already."""
PHRASES = 100
REASONS = 6
SEED = 20


def cross_validated(
    documents: Sequence[Document], report: Report, command: str, points: Sequence[NamedRule] = STANDARD
) -> Evidence:
    """Evidence from grouped cross-validation on ``documents``; each fold is calibrated on the others' scores.

    Raises InputError when the documents are fewer than 20 or all of one side, LeakError if near-duplicates should
    stand on both sides of a split.
    """
    ought = np.array([should_alert(d.scheme, d.register) for d in documents])
    if len(documents) < FEWEST or ought.all() or not ought.any():
        raise InputError(f"{len(documents)} documents: a report needs {FEWEST}, some that ought to alert and some not")
    advance = report("reading", 1)
    reading = read(documents)
    texts = text_task(reading, grouped_folds)
    written = [without_copies(fold, len(documents)) for fold in texts.folds]
    pairs = check_near_duplicates([d.text for d in documents], written)
    groups = np.array(group_numbers(documents))
    advance()
    cross = texts.cross_fit(report("cross-fitting texts", len(texts.folds)))
    clauses = clause_task(reading, cross.scores, grouped_folds)
    clause_scores = clauses.out_of_fold(report("cross-fitting clauses", len(clauses.folds)))

    fold_of, scores = cross.fold_of[texts.measured], cross.scores[texts.measured]
    held_out = HeldOut(fold_of, written, groups)
    calibrated = calibrate_folds(scores, texts.truth, held_out)
    heads = scores[:, FRAUD_COLUMN], scores[:, REPORT_COLUMN]
    log_odds = np.zeros(len(documents))
    for fold, risk in enumerate(calibrated):
        rows = fold_of == fold
        log_odds[rows] = risk.log_odds(heads[0][rows], heads[1][rows])
    risks = sigmoid(log_odds)
    bounds = thresholds(points[0].rule, risks, ought)

    advance = report("plain model, attacks", 2 * (len(ATTACKS) + 1))
    plain = fit_plain([d.text for d in documents], ought, written)
    plain_risks = plain([d.text for d in documents], fold_of)
    plain_bounds = thresholds(points[0].rule, plain_risks, ought)
    models = cross.compiled()
    everywhere = fit_risk(*heads, texts.truth[:, FRAUD_COLUMN] == 1, texts.truth[:, REPORT_COLUMN] == 1)
    attacks = measure(documents, held_out, Held(models, everywhere), bounds, ATTACKED, advance)
    plain_attacks = measure(documents, held_out, plain, plain_bounds, ATTACKED, advance)

    corpus = f"{len(documents):,} in {len(set(groups.tolist())):,} groups, digest {corpus_digest(documents)[:16]}"
    return Evidence(
        title="Huashu evaluation report: grouped cross-validation",
        command=command,
        about=(
            ("Command", command),
            ("Documents", corpus),
            ("Method", f"grouped cross-validation, {len(texts.folds)} folds; every figure is out-of-fold"),
            ("Near-duplicates", f"{len(pairs)} pairs, none of them across a split"),
        ),
        documents=documents,
        groups=groups,
        risks=risks,
        schemes=softmax_at_best(scores[:, SCHEME_COLUMNS], texts.truth[:, SCHEME_COLUMNS]),
        registers=softmax_at_best(scores[:, REGISTER_COLUMNS], texts.truth[:, REGISTER_COLUMNS]),
        bounds=bounds,
        point=points[0].name,
        points=describe(points, risks, ought, groups),
        moves=count_moves(clause_scores, clauses.truth == 1),
        explain=Explainer(documents, models, fold_of, calibrated),
        phrases=telling_phrases(cross),
        attacks=attacks,
        plain_attacks=plain_attacks,
        rival=Rival("plain jieba TF-IDF", plain_risks, plain_bounds),
        curve=learning_curve(texts, cross, report("learning curve", 1)),
    )


def check_near_duplicates(texts: Sequence[str], folds: Sequence[Fold]) -> list[tuple[int, int, float]]:
    """All near-duplicate pairs of ``texts``, found anew from the texts; LeakError if a split has parted one."""
    pairs = near_duplicates(texts)
    for fold in folds:
        held_out = np.zeros(len(texts), dtype=bool)
        held_out[fold.test] = True
        learned = np.zeros(len(texts), dtype=bool)
        learned[fold.train] = True
        for i, j, similarity in pairs:
            if (held_out[i] and learned[j]) or (held_out[j] and learned[i]):
                raise LeakError(f"near-duplicates ({similarity:.2f}) on both sides of a split: texts {i} and {j}")
    return pairs


def calibrate_folds(scores: Floats, truth: NDArray[np.int8], held_out: HeldOut) -> list[RiskModel]:
    """For each fold the risk model fitted on the out-of-fold scores of all other folds; LeakError if their groups
    should meet."""
    models = []
    for fold in range(len(held_out.folds)):
        others, own = np.flatnonzero(held_out.fold_of != fold), np.flatnonzero(held_out.fold_of == fold)
        check_no_leak(Fold(others, own), held_out.groups)
        rows = others
        is_fraud, is_report = truth[rows, FRAUD_COLUMN] == 1, truth[rows, REPORT_COLUMN] == 1
        models.append(fit_risk(scores[rows, FRAUD_COLUMN], scores[rows, REPORT_COLUMN], is_fraud, is_report))
    return models


def softmax_at_best(scores: Floats, truth: NDArray[np.int8]) -> Floats:
    """Probabilities (n, labels) at the sharpness that fits the truth best."""
    logits = fit_sharpness(scores, truth.argmax(axis=1)) * scores
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)  # type: ignore[no-any-return]


def count_moves(scores: Floats, truth: NDArray[np.bool_]) -> list[MoveCount]:
    """Counts by clause, each move at its threshold of best F1."""
    counts = []
    for k, tactic in enumerate(TACTICS.ids):
        probability = fit_platt(scores[:, k], truth[:, k])(scores[:, k])
        found = probability >= best_f1_threshold(probability, truth[:, k])
        hits = int((found & truth[:, k]).sum())
        head = measure_head(truth[:, k], probability)
        counts.append(MoveCount(tactic, int(truth[:, k].sum()), int(found.sum()), hits, hits, head))
    return counts


def telling_phrases(cross: CrossFit) -> dict[str, list[tuple[str, float]]]:
    """Words and pairs by what one occurrence adds to the scheme's score (idf x weight), the mean over the folds."""
    words = cross.counters[0]
    totals = np.zeros((len(SCHEMES.ids), len(words.vocabulary_)))
    for model in cross.models:
        columns, idf = model.weighers[0].columns_, model.weighers[0].idf_[:-1]
        weights = model.heads.coef_[SCHEME_COLUMNS, : len(columns)] * model.heads.scale_[SCHEME_COLUMNS, np.newaxis]
        totals[:, columns] += weights * idf / len(cross.models)
    names = words.get_feature_names_out()
    best = np.argsort(-totals, axis=1, kind="stable")[:, :PHRASES]
    return {
        scheme: [(str(names[i]), float(totals[k, i])) for i in best[k] if totals[k, i] > 0]
        for k, scheme in enumerate(SCHEMES.ids)
    }


@dataclass(frozen=True, slots=True)
class Explainer:
    """Row number -> the phrases that moved the text's score most, by the model that held it out."""

    documents: Sequence[Document]
    models: Sequence[LinearModel]
    fold_of: NDArray[np.intp]
    risks: Sequence[RiskModel]

    def __call__(self, row: int) -> list[tuple[str, float]]:
        fold = int(self.fold_of[row])
        model = self.models[fold]
        analysis = analyse(self.documents[row].text, default_cut())
        columns = Columns.of(analysis.tokens)
        scored = Scored(columns, model.vector(document_rows(model, columns)))
        reasons = explain(model, self.risks[fold], analysis, scored)
        return [(reason.quote, reason.weight) for reason in reasons if reason.kind == "text"][:REASONS]


def curve_splits(texts: Task) -> list[Fold]:
    """For the first two folds and each of ``PARTS``: that part of the fold's written texts to learn from, drawn at
    random, and those to test on. LeakError if a group stands on both sides."""
    generator = np.random.default_rng(SEED)
    splits = []
    for fold in texts.folds[:2]:
        train, test = (rows[texts.measured[rows]] for rows in (fold.train, fold.test))
        order = generator.permutation(train)
        splits += [Fold(np.sort(order[: max(10, int(part * len(order)))]), test) for part in PARTS]
    for split in splits:
        check_no_leak(split, texts.groups)
    return splits


def learning_curve(texts: Task, cross: CrossFit, advance: Callable[[], object]) -> list[tuple[int, float]]:
    """``(documents learned from, scheme macro-F1)`` on the texts of the first two folds, for ``PARTS`` of the rest and
    all of it."""
    splits = curve_splits(texts)
    targets = texts.targets[:, SCHEME_COLUMNS]
    names = np.array(SCHEMES.ids)
    truth = names[targets.argmax(axis=1)]
    heads = replace_columns(texts.heads)
    jobs = (delayed(fit_fold)(texts.channels, cross.counts, targets, split.train, heads) for split in splits)
    points: dict[float, list[tuple[int, float]]] = {}
    for k, (model, split) in enumerate(zip(Parallel(n_jobs=2, mmap_mode="r")(jobs), splits, strict=True)):
        found = names[model.score([matrix[split.test] for matrix in cross.counts]).argmax(axis=1)]
        points.setdefault(PARTS[k % len(PARTS)], []).append((len(split.train), macro_f1(truth[split.test], found)))
    found = names[cross.scores[:, SCHEME_COLUMNS].argmax(axis=1)]
    for fold in texts.folds[:2]:
        train, test = (rows[texts.measured[rows]] for rows in (fold.train, fold.test))
        points.setdefault(1.0, []).append((len(train), macro_f1(truth[test], found[test])))
    advance()
    return [(round(np.mean([size for size, _ in p])), float(np.mean([f1 for _, f1 in p]))) for p in points.values()]


def replace_columns(heads: LinearHeads) -> LinearHeads:
    """Unfitted heads for the scheme columns alone."""
    return LinearHeads(balanced_from=None if heads.balanced_from is None else 0)
