"""The script of a scheme: its stages in order, which of its moves a text shows, which it lacks, and what that means."""

from __future__ import annotations

from collections.abc import Sequence

from huashu.labels import HEADLINE, NONE, REPORT, SCHEMES, STAGES, TACTICS
from huashu.model import Model
from huashu.result import Stage, TacticSpan, Verdict, WhyNot

SCRIPT = (
    "service_identity",
    "device_expiry",
    "rate_threat",
    "settlement_threat",
    "gift_lure",
    "channel_switch",
    "terminal_delivery",
    "first_swipe",
    "fee_deduction",
    "refund_promise",
    "refund_stalling",
    "harassment",
)
"""The moves of the upgrade-fee script in their usual order; ``Assessment.missing`` is told against it."""


def timeline(spans: Sequence[TacticSpan]) -> tuple[Stage, ...]:
    """Every stage of the script, in order, with the places in ``spans`` of the moves that belong to it."""
    stage_of = {tactic.id: tactic.stage for tactic in TACTICS.labels}
    return tuple(
        Stage(stage, tuple(i for i, span in enumerate(spans) if stage_of[span.tactic] == stage)) for stage in STAGES.ids
    )


def missing_tactics(spans: Sequence[TacticSpan], script: Sequence[str]) -> tuple[str, ...]:
    """The moves of ``script`` that are not among ``spans``, in the order of the script."""
    seen = {span.tactic for span in spans}
    return tuple(tactic for tactic in script if tactic not in seen)


def why_not(model: Model, verdict: Verdict, spans: Sequence[TacticSpan]) -> WhyNot | None:
    """What stands between a ``pass`` or ``review`` and the next action; None for an alert. ``spans`` are the moves that
    were found. A fraud that a third person tells lacks somebody concerned, any other text moves."""
    if verdict.action == "alert":
        return None
    nearest = max((scheme for scheme in SCHEMES.ids if scheme != NONE), key=verdict.schemes.__getitem__)
    script = SCRIPT if nearest == HEADLINE else model.scripts.get(nearest, ())
    reported = verdict.register == REPORT and verdict.scheme != NONE
    return WhyNot(
        next_action="review" if verdict.action == "pass" else "alert",
        distance=model.heads.distance(verdict),
        scheme=nearest,
        because=REPORT if reported else "tactics",
        tactics=() if reported else missing_tactics(spans, script),
    )
