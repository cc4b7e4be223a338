"""The script of a scheme: its stages in order, which of its moves a text shows, which it lacks, and what that means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from huashu.labels import HEADLINE, NONE, REPORT, SCHEMES, STAGES, TACTICS
from huashu.result import Stage, TacticSpan, WhyNot

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


def timeline(found: Sequence[TacticSpan]) -> tuple[Stage, ...]:
    """Every stage of the script, in order, with the places in ``found`` of the moves that belong to it."""
    stage_of = {tactic.id: tactic.stage for tactic in TACTICS.labels}
    return tuple(
        Stage(stage, tuple(i for i, span in enumerate(found) if stage_of[span.tactic] == stage)) for stage in STAGES.ids
    )


def missing_moves(found: Sequence[TacticSpan], script: Sequence[str]) -> tuple[str, ...]:
    """The moves of ``script`` that are not among ``found``, in the order of the script."""
    seen = {span.tactic for span in found}
    return tuple(tactic for tactic in script if tactic not in seen)


def why_not(
    action: str,
    distance: float,
    schemes: Mapping[str, float],
    reported: bool,
    found: Sequence[TacticSpan],
    scripts: Mapping[str, Sequence[str]],
) -> WhyNot | None:
    """What stands between a ``pass`` or ``review`` and the next action; None for an alert.

    ``distance`` is how much log-odds the score lacks; ``reported`` says that a fraud is told, but by a third person;
    ``scripts`` holds for each scheme the moves that its texts show most often.
    """
    if action == "alert":
        return None
    nearest = max((scheme for scheme in SCHEMES.ids if scheme != NONE), key=schemes.__getitem__)
    script = SCRIPT if nearest == HEADLINE else scripts.get(nearest, ())
    return WhyNot(
        next_action="review" if action == "pass" else "alert",
        distance=distance,
        scheme=nearest,
        because=REPORT if reported else "moves",
        moves=() if reported else missing_moves(found, script),
    )
