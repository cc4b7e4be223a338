"""Figures of a training run, all from out-of-fold scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score

from huashu.labels import HEADLINE, REGISTERS, SCHEMES, TACTICS, should_alert
from huashu.verdict.decide import FRAUD_COLUMN, REGISTER_COLUMNS, REPORT_COLUMN, SCHEME_COLUMNS
from huashu.verdict.risk import Calibration, RiskModel, sigmoid
from huashu_corpora.document import Document


def _share(selected: NDArray[np.bool_], of: NDArray[np.bool_]) -> float | None:
    return round(float(selected[of].mean()), 4) if of.any() else None


def document_metrics(
    documents: Sequence[Document],
    scores: NDArray[np.float64],
    calibration: Mapping[str, Any],
    thresholds: Mapping[str, Any],
) -> dict[str, Any]:
    """Alert and review rates, scheme macro-F1 and register accuracy: in all, by scheme, by register, by hand."""
    log_odds = RiskModel.from_manifest(calibration["risk"]).log_odds(scores[:, FRAUD_COLUMN], scores[:, REPORT_COLUMN])
    risks = sigmoid(log_odds)
    alerts, flagged = risks >= thresholds["alert"], risks >= thresholds["review"]
    truth = np.array([should_alert(d.scheme, d.register) for d in documents])
    schemes = np.array([d.scheme for d in documents])
    registers = np.array([d.register for d in documents])
    hands = np.array([d.hand for d in documents])
    predicted = np.array(SCHEMES.ids)[scores[:, SCHEME_COLUMNS].argmax(axis=1)]

    def rates(of: NDArray[np.bool_]) -> dict[str, Any]:
        return {
            "texts": int(of.sum()),
            "alert_recall": _share(alerts, of & truth),
            "alert_or_review_recall": _share(flagged, of & truth),
            "headline_alert_or_review_recall": _share(flagged, of & truth & (schemes == HEADLINE)),
            "false_alert_rate": _share(alerts, of & ~truth),
            "false_alert_rate_on_none": _share(alerts, of & (schemes == "none")),
            "false_alert_or_review_rate": _share(flagged, of & ~truth),
        }

    everything = np.ones(len(documents), dtype=bool)
    summary = {
        "auc": round(float(roc_auc_score(truth, log_odds)), 4),
        "scheme_macro_f1": round(float(f1_score(schemes, predicted, average="macro")), 4),
        "register_accuracy": round(
            float(accuracy_score(registers, np.array(REGISTERS.ids)[scores[:, REGISTER_COLUMNS].argmax(axis=1)])), 4
        ),
        **rates(everything),
    }
    return {
        "summary": summary,
        "by_scheme": {scheme: rates(schemes == scheme) for scheme in SCHEMES.ids},
        "by_register": {register: rates(registers == register) for register in REGISTERS.ids},
        "by_hand": {hand: rates(hands == hand) for hand in sorted(set(hands.tolist()))},
    }


def tactic_metrics(
    scores: NDArray[np.float64],
    truth: NDArray[np.bool_],
    calibration: Mapping[str, Any],
    thresholds: Mapping[str, float],
) -> dict[str, Any]:
    """Precision, recall and F1 by clause for each move, and the micro average."""
    predicted = np.column_stack(
        [
            Calibration(**calibration["tactics"][name])(scores[:, k]) >= thresholds[name]
            for k, name in enumerate(TACTICS.ids)
        ]
    )
    hits, found, marked = (predicted & truth).sum(axis=0), predicted.sum(axis=0), truth.sum(axis=0)
    return {
        "summary": {"tactic_clause_micro_f1": round(float(2 * hits.sum() / max(1, found.sum() + marked.sum())), 4)},
        "by_tactic": {
            name: {
                "clauses": int(marked[k]),
                "precision": round(float(hits[k] / max(1, found[k])), 4),
                "recall": round(float(hits[k] / max(1, marked[k])), 4),
                "f1": round(float(2 * hits[k] / max(1, found[k] + marked[k])), 4),
            }
            for k, name in enumerate(TACTICS.ids)
        },
    }
