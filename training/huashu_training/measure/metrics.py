"""Figures of a training run, all from out-of-fold scores: what ``metrics.json`` holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from huashu.labels import HEADLINE, NONE, REGISTERS, SCHEMES, TACTICS
from huashu.verdict.decide import TacticHeads
from huashu.verdict.risk import RiskModel, sigmoid
from huashu_corpora.document import Document
from huashu_training.fit.judged import Judged
from huashu_training.fit.tasks import best_labels
from huashu_training.measure.ranking import auc
from huashu_training.measure.rates import Agreement, Flags, Floats, macro_f1, share, total
from huashu_training.measure.reliability import expected_calibration_error

DIGITS = 4


def document_metrics(
    documents: Sequence[Document], judged: Judged, risk: RiskModel, bounds: tuple[float, float]
) -> dict[str, Any]:
    """Alert and review rates, scheme macro-F1 and register accuracy: in all, by scheme, by register, by hand.

    The documents are ``judged``, ``bounds`` are the alert and the review threshold. A rate that no text speaks to is
    not a number.
    """
    odds = judged.log_odds(risk)
    risks = sigmoid(odds)
    alerts, flagged = risks >= bounds[0], risks >= bounds[1]
    ought = np.array([d.ought_to_alert for d in documents])
    schemes = np.array([d.scheme for d in documents])
    registers = np.array([d.register for d in documents])
    hands = np.array([d.hand for d in documents])
    everything = np.ones(len(documents), dtype=bool)

    def rates(of: Flags) -> dict[str, Any]:
        shares = {
            "alert_recall": share(alerts, of & ought),
            "alert_or_review_recall": share(flagged, of & ought),
            "headline_alert_or_review_recall": share(flagged, of & ought & (schemes == HEADLINE)),
            "false_alert_rate": share(alerts, of & ~ought),
            "false_alert_rate_on_none": share(alerts, of & (schemes == NONE)),
            "false_alert_or_review_rate": share(flagged, of & ~ought),
        }
        return {"texts": int(of.sum())} | {name: round(value, DIGITS) for name, value in shares.items()}

    true_scheme, true_register = best_labels(judged.targets)
    found_scheme, found_register = best_labels(judged.scores)
    summary = {
        "auc": round(auc(ought, odds), DIGITS),
        "scheme_macro_f1": round(macro_f1(true_scheme, found_scheme), DIGITS),
        "register_accuracy": round(share(true_register == found_register, everything), DIGITS),
        **rates(everything),
        "expected_calibration_error": round(expected_calibration_error(risks, ought), DIGITS),
    }
    return {
        "summary": summary,
        "by_scheme": {scheme: rates(schemes == scheme) for scheme in SCHEMES.ids},
        "by_register": {register: rates(registers == register) for register in REGISTERS.ids},
        "by_hand": {hand: rates(hands == hand) for hand in sorted(set(hands.tolist()))},
    }


def clause_agreement(truth: Flags, made: Flags) -> dict[str, Agreement]:
    """For each move how well the clauses that are found to make it agree with those that do; (clauses, tactics)."""
    return {name: Agreement.of(truth[:, k], made[:, k]) for k, name in enumerate(TACTICS.ids)}


def tactic_metrics(scores: Floats, truth: Flags, tactics: TacticHeads) -> dict[str, Any]:
    """Precision, recall and F1 by clause for each move, and the micro average, from (clauses, tactics)."""
    agreement = clause_agreement(truth, tactics.made(tactics.probabilities(scores)))
    return {
        "summary": {"tactic_clause_micro_f1": round(total(agreement.values()).f1, DIGITS)},
        "by_tactic": {
            name: {
                "clauses": of.marked,
                "precision": round(of.precision, DIGITS),
                "recall": round(of.recall, DIGITS),
                "f1": round(of.f1, DIGITS),
            }
            for name, of in agreement.items()
        },
    }
