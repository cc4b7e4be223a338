"""The second act of training: how good is what was fitted, by its out-of-fold scores, and which thresholds follow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from huashu.manifest import OperatingPoint
from huashu.progress import SILENT, Progress
from huashu.verdict.risk import sigmoid
from huashu_training.figures import for_json
from huashu_training.fit.fitted import Fitted
from huashu_training.measure.baseline import measure_baseline
from huashu_training.measure.metrics import document_metrics, tactic_metrics
from huashu_training.measure.operating_points import STANDARD, NamedRule, operating_points
from huashu_training.measure.robustness import AttackRates, FoldRisks, attack_rates
from huashu_training.traffic import Traffic

ATTACKED = (200, 400)
"""Headline and ``none`` texts that each attack is tried on for the model card, at most."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured: the operating ``points`` by name and the ``default`` one among them, ``metrics`` (what
    ``metrics.json`` holds), and the rates under ``attacks``, clean first, of the model and of the baseline."""

    points: Mapping[str, OperatingPoint]
    default: str
    metrics: Mapping[str, Any]
    attacks: Sequence[AttackRates]
    baseline_attacks: Sequence[AttackRates]


def measure(fitted: Fitted, rules: Sequence[NamedRule] = STANDARD, progress: Progress = SILENT) -> Measured:
    """Measure what was ``fitted``; ``rules`` are those of the operating points, the first is the default's."""
    cross, calibrations = fitted.cross, fitted.calibrations
    risks = sigmoid(cross.judged.log_odds(calibrations.risk))
    advance = progress.stage("operating points", 1)
    points = operating_points(rules, risks, Traffic.of(cross.documents), cross.groups)
    advance(1)
    default = rules[0].name
    bounds = (points[default].alert, points[default].review)
    model = FoldRisks(cross.models, calibrations.risk)
    attacks = attack_rates(cross.documents, cross.held_out, model, bounds, ATTACKED, progress)
    baseline = measure_baseline(cross, rules[0].rule, ATTACKED, progress)
    metrics = {
        "documents": document_metrics(cross.documents, cross.judged, calibrations.risk, bounds),
        "tactics": tactic_metrics(cross.clauses.measured_scores, cross.clauses.truth == 1, calibrations.tactics),
        "attacks": [asdict(rates) for rates in attacks],
    }
    return Measured(points, default, for_json(metrics), attacks, baseline.attacks)
