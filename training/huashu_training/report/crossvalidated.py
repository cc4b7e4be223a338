"""Evidence about the method: grouped cross-validation, one set of out-of-fold scores behind every section."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from huashu.evidence.reasons import explain
from huashu.labels import SCHEMES
from huashu.progress import Progress
from huashu.reading.analysis import analyse
from huashu.reading.parts import parts
from huashu.reading.segmenter import default_cut
from huashu.scoring.grams import Columns
from huashu.scoring.linear import LinearModel
from huashu.scoring.text_model import Scored, document_rows, score_texts
from huashu.verdict.outputs import REGISTER_COLUMNS, SCHEME_COLUMNS
from huashu.verdict.risk import RiskModel
from huashu_corpora.document import Document
from huashu_corpora.files import corpus_digest
from huashu_training.fit.calibration import fit_risk, fit_sharpness, fit_tactics
from huashu_training.fit.crossfit import CrossFit
from huashu_training.fit.fitted import check_enough
from huashu_training.fit.pipeline import Targets
from huashu_training.fit.tasks import read
from huashu_training.measure.baseline import measure_baseline
from huashu_training.measure.crossvalidation import cross_validate
from huashu_training.measure.learning_curve import learning_curve
from huashu_training.measure.metrics import clause_agreement
from huashu_training.measure.operating_points import STANDARD, NamedRule, operating_points
from huashu_training.measure.ranking import ranking
from huashu_training.measure.rates import Floats
from huashu_training.measure.robustness import FoldRisks, attack_rates
from huashu_training.report.evidence import Evidence, Move, Rival, most_telling, text_reasons
from huashu_training.traffic import Traffic

ATTACKED = (800, 2000)
"""Headline and ``none`` texts that each attack is tried on, at most."""


def cross_validated(
    documents: Sequence[Document], command: str, progress: Progress, rules: Sequence[NamedRule] = STANDARD
) -> Evidence:
    """Evidence from grouped cross-validation on ``documents``; each fold is calibrated on the others' scores.

    Raises InputError when the documents are fewer than 20 or all of one side, LeakError if near-duplicates should
    stand on both sides of a split.
    """
    check_enough(documents, "a report")
    name, rule = rules[0].name, rules[0].rule
    validation = cross_validate(read(documents, progress), rule, progress)
    cross, risks = validation.cross, validation.risks
    texts, held_out = cross.texts, cross.held_out
    scores, truth, models = cross.judged.scores, texts.truth, cross.models
    judge = FoldRisks(models, fit_risk(cross.judged, cross.joined))
    attacks = attack_rates(documents, held_out, judge, validation.bounds, ATTACKED, progress)
    baseline = measure_baseline(cross, rule, ATTACKED, progress)
    groups = f"{len(documents):,} in {len(set(cross.groups.tolist())):,} groups"
    return Evidence(
        title="Huashu evaluation report: grouped cross-validation",
        command=command,
        about=(
            ("Command", command),
            ("Documents", f"{groups}, digest {corpus_digest(documents)[:16]}"),
            ("Method", f"grouped cross-validation, {len(held_out.folds)} folds; every figure is out-of-fold"),
            ("Near-duplicates", f"{len(validation.duplicates)} pairs, none of them across a split"),
        ),
        documents=documents,
        groups=cross.groups,
        risks=risks,
        schemes=softmax_at_best(scores[:, SCHEME_COLUMNS], truth[:, SCHEME_COLUMNS]),
        registers=softmax_at_best(scores[:, REGISTER_COLUMNS], truth[:, REGISTER_COLUMNS]),
        bounds=validation.bounds,
        point=name,
        points=operating_points(rules, risks, Traffic.of(documents), cross.groups),
        moves=move_figures(cross.clauses),
        explain=Explainer(documents, models, held_out.fold_of, validation.fold_risks),
        phrases=telling_phrases(texts),
        attacks=attacks,
        baseline_attacks=baseline.attacks,
        rival=Rival("plain jieba TF-IDF", baseline.risks, baseline.bounds),
        curve=learning_curve(texts, progress),
    )


def softmax_at_best(scores: Floats, targets: Targets) -> Floats:
    """Probabilities (n, labels) at the sharpness that fits the targets best."""
    logits = fit_sharpness(scores, targets.argmax(axis=1)) * scores
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)  # type: ignore[no-any-return]


def move_figures(clauses: CrossFit) -> list[Move]:
    """Figures by clause, each move at its threshold of best F1."""
    truth = clauses.truth == 1
    tactics = fit_tactics(clauses.measured_scores, truth)
    probabilities = tactics.probabilities(clauses.measured_scores)
    agreement = clause_agreement(truth, tactics.made(probabilities))
    return [Move(name, of, ranking(truth[:, k], probabilities[:, k])) for k, (name, of) in enumerate(agreement.items())]


def telling_phrases(texts: CrossFit) -> dict[str, list[tuple[str, float]]]:
    """Words and pairs by what one occurrence adds to the scheme's score (idf x weight), the mean over the folds."""
    words = texts.counters[0]
    totals = np.zeros((len(SCHEMES.ids), len(words.vocabulary_)))
    for model in texts.models:
        columns, idf = model.weighers[0].columns_, model.weighers[0].idf_[:-1]
        weights = model.heads.coef_[SCHEME_COLUMNS, : len(columns)] * model.heads.scale_[SCHEME_COLUMNS, np.newaxis]
        totals[:, columns] += weights * idf / len(texts.models)
    return most_telling(words.get_feature_names_out(), totals)


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
        read = parts(analysis.tokens)
        scores = score_texts(model, read)
        best = int(self.risks[fold].log_odds(scores).argmax())
        columns = Columns.of(read[best])
        scored = Scored(columns, model.vector(document_rows(model, columns)), scores[best], len(read))
        return text_reasons(explain(model, self.risks[fold], analysis, scored))
