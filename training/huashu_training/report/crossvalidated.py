"""Evidence about the method: grouped cross-validation, one set of out-of-fold scores behind every section."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from huashu.assess import FRAUD_COLUMN, REGISTER_COLUMNS, REPORT_COLUMN, SCHEME_COLUMNS
from huashu.document import document_rows
from huashu.errors import InputError
from huashu.features import analyse
from huashu.grams import Columns
from huashu.labels import SCHEMES, TACTICS, should_alert
from huashu.linear import LinearModel
from huashu.reasons import explain
from huashu.risk import RiskModel, sigmoid
from huashu.segment import default_cut
from huashu_corpora.document import Document
from huashu_corpora.groups import group_numbers, near_duplicates
from huashu_corpora.noise import ATTACKS
from huashu_training.calibration import best_f1_threshold, fit_platt, fit_risk, fit_sharpness
from huashu_training.crossfit import CrossFit, Fold, LeakError, fit_fold, grouped_folds
from huashu_training.operating import STANDARD, OperatingPoint, describe, thresholds
from huashu_training.pipeline import LinearHeads, compile_model
from huashu_training.plain import fit_plain
from huashu_training.report.evidence import Evidence, Floats, MoveCount, Rival
from huashu_training.report.quality import macro_f1
from huashu_training.robustness import Held, measure
from huashu_training.train import FEWEST, Report, Task, clause_task, corpus_digest, read, text_task

ATTACKED = (800, 2000)
"""Headline and ``none`` texts that each attack is tried on, at most."""
PARTS = (1 / 16, 1 / 8, 1 / 4, 1 / 2)
"""Parts of the training side of two folds that the learning curve is fitted on; its end is there already."""
PHRASES = 100
REASONS = 6
SEED = 20


def cross_validated(
    documents: Sequence[Document], report: Report, command: str, points: Sequence[OperatingPoint] = STANDARD
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
    written = [fold_of_documents(fold, len(documents)) for fold in texts.folds]
    pairs = check_near_duplicates([d.text for d in documents], written)
    groups = np.array(group_numbers(documents))
    advance()
    cross = texts.cross_fit(report("cross-fitting texts", len(texts.folds)))
    clauses = clause_task(reading, cross.scores, grouped_folds)
    clause_scores = clauses.out_of_fold(report("cross-fitting clauses", len(clauses.folds)))

    fold_of, scores = cross.fold_of[texts.measured], cross.scores[texts.measured]
    models = calibrate_folds(scores, texts.truth, fold_of)
    heads = scores[:, FRAUD_COLUMN], scores[:, REPORT_COLUMN]
    log_odds = np.zeros(len(documents))
    for fold, model in enumerate(models):
        rows = fold_of == fold
        log_odds[rows] = model.log_odds(heads[0][rows], heads[1][rows])
    risks = sigmoid(log_odds)
    bounds = thresholds(points[0].rule, risks, ought)

    advance = report("plain model, attacks", 2 * (len(ATTACKS) + 1))
    plain = fit_plain([d.text for d in documents], ought, written)
    plain_risks = plain([d.text for d in documents], fold_of)
    plain_bounds = thresholds(points[0].rule, plain_risks, ought)
    everywhere = fit_risk(*heads, texts.truth[:, FRAUD_COLUMN] == 1, texts.truth[:, REPORT_COLUMN] == 1)
    attacks = measure(documents, fold_of, Held(cross, everywhere), bounds, ATTACKED, advance)
    plain_attacks = measure(documents, fold_of, plain, plain_bounds, ATTACKED, advance)

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
        explain=Explainer(documents, cross, fold_of, models),
        phrases=telling_phrases(cross),
        attacks=attacks,
        plain_attacks=plain_attacks,
        rival=Rival("plain jieba TF-IDF", plain_risks, plain_bounds),
        curve=learning_curve(texts, cross, report("learning curve", 1)),
    )


def fold_of_documents(fold: Fold, written: int) -> Fold:
    """``fold`` without the noisy copies, which stand after the ``written`` documents."""
    return Fold(fold.train[fold.train < written], fold.test[fold.test < written])


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


def calibrate_folds(scores: Floats, truth: NDArray[np.int8], fold_of: NDArray[np.intp]) -> list[RiskModel]:
    """For each fold the risk model fitted on the out-of-fold scores of all other folds."""
    models = []
    for fold in range(int(fold_of.max()) + 1):
        rows = fold_of != fold
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
        counts.append(MoveCount(tactic, int(truth[:, k].sum()), int(found.sum()), hits, hits))
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
    cross: CrossFit
    fold_of: NDArray[np.intp]
    risks: Sequence[RiskModel]
    compiled: dict[int, LinearModel] = field(default_factory=dict)

    def __call__(self, row: int) -> list[tuple[str, float]]:
        fold = int(self.fold_of[row])
        if fold not in self.compiled:
            learned = self.cross.models[fold]
            self.compiled[fold] = compile_model(self.cross.counters, learned.weighers, learned.heads)
        model = self.compiled[fold]
        text = self.documents[row].text
        analysis = analyse(text, default_cut())
        pieces = [text] * len(analysis.dialogue.turns)
        columns = Columns.of(analysis.tokens)
        read = model.read(document_rows(model, columns))
        heads = (FRAUD_COLUMN, REPORT_COLUMN)
        reasons = explain(analysis, pieces, model, self.risks[fold], heads, columns, read)
        return [(reason.quote, reason.weight) for reason in reasons if reason.kind == "text"][:REASONS]


def learning_curve(texts: Task, cross: CrossFit, advance: Callable[[], object]) -> list[tuple[int, float]]:
    """``(documents learned from, scheme macro-F1)`` on the texts of the first two folds, for ``PARTS`` of the rest."""
    truth = np.array(SCHEMES.ids)[texts.targets[:, SCHEME_COLUMNS].argmax(axis=1)]
    generator = np.random.default_rng(SEED)
    jobs, tests = [], []
    heads = replace_columns(texts.heads)
    for fold in texts.folds[:2]:
        order = generator.permutation(fold.train[texts.measured[fold.train]])
        for part in PARTS:
            rows = np.sort(order[: max(10, int(part * len(order)))])
            jobs.append(delayed(fit_fold)(texts.channels, cross.counts, texts.targets[:, SCHEME_COLUMNS], rows, heads))
            tests.append((len(rows), fold.test[texts.measured[fold.test]]))
    points: dict[int, list[float]] = {}
    fitted = Parallel(n_jobs=2, mmap_mode="r")(jobs)
    for k, (model, (size, rows)) in enumerate(zip(fitted, tests, strict=True)):
        found = np.array(SCHEMES.ids)[model.score([matrix[rows] for matrix in cross.counts]).argmax(axis=1)]
        points.setdefault(k % len(PARTS), []).extend([size, macro_f1(truth[rows], found)])
    curve = [(round(np.mean(values[::2])), float(np.mean(values[1::2]))) for values in points.values()]
    ends = [
        (int(texts.measured[fold.train].sum()), rows)
        for fold in texts.folds[:2]
        for rows in [fold.test[texts.measured[fold.test]]]
    ]
    found = np.array(SCHEMES.ids)[cross.scores[:, SCHEME_COLUMNS].argmax(axis=1)]
    last = [macro_f1(truth[rows], found[rows]) for _, rows in ends]
    advance()
    return [*curve, (round(np.mean([size for size, _ in ends])), float(np.mean(last)))]


def replace_columns(heads: LinearHeads) -> LinearHeads:
    """Unfitted heads for the scheme columns alone."""
    return LinearHeads(balanced_from=None if heads.balanced_from is None else 0)
