"""The whole way of one input, step by step: read it, score it, say what the scores mean, find what stands under
that."""

from __future__ import annotations

from huashu.evidence.facts import facts_of
from huashu.evidence.reasons import explain
from huashu.evidence.script import SCRIPT, missing_tactics, timeline, why_not
from huashu.evidence.tactics import tactic_spans
from huashu.labels import HEADLINE
from huashu.model import Model
from huashu.reading.analysis import Analysis, analyse
from huashu.reading.dialogue import Source
from huashu.reading.normalise import count_chinese, has_chinese
from huashu.result import Assessment, Fact, Part, Reason, TacticSpan, Verdict, WhyNot
from huashu.scoring.grams import Columns
from huashu.scoring.text_model import Scored
from huashu.verdict.adjustment import NEUTRAL, Adjustment
from huashu.verdict.decide import unread

MOST = 5_000
"""Moves, and facts, that are told: a text at the limit of length has some 2,000; one that is made of nothing else
would be answered at twenty times its size. Then there is the note ``cut``."""
SHORT = 6
"""Texts with fewer Chinese characters than this carry the note ``short``."""


def judge(model: Model, source: Source, adjustment: Adjustment = NEUTRAL) -> Verdict:
    """The verdict on ``source`` without evidence; errors as of :func:`huashu.reading.dialogue.parse`."""
    analysis = analyse(source, model.cut)
    if not has_chinese(analysis.normal.text):
        return unread()
    deciding = model.deciding_part(analysis.tokens)
    return model.heads.verdict(deciding.scores, deciding.parts, adjustment)


def assess(model: Model, source: Source, adjustment: Adjustment = NEUTRAL) -> Assessment:
    """The verdict on ``source`` with all evidence; errors as of :func:`huashu.reading.dialogue.parse`."""
    analysis = analyse(source, model.cut)
    notes = notes_of(analysis.normal.text)
    if not has_chinese(analysis.normal.text):
        return _assessment(model, unread(), notes=notes)
    deciding = model.deciding_part(analysis.tokens)
    columns = deciding.columns if deciding.parts == 1 else Columns.of(analysis.tokens)
    verdict = model.heads.verdict(deciding.scores, deciding.parts, adjustment)
    tactics, facts = tactic_spans(model, analysis, columns, verdict), facts_of(analysis)
    if max(len(tactics), len(facts)) > MOST:
        tactics, facts, notes = tactics[:MOST], facts[:MOST], (*notes, "cut")
    return _assessment(
        model,
        verdict,
        part=_part(analysis, deciding),
        tactics=tactics,
        facts=facts,
        reasons=explain(model.document, model.heads.risk, analysis, deciding, adjustment.reasons),
        missing=missing_tactics(tactics, SCRIPT) if verdict.scheme == HEADLINE else (),
        why_not=why_not(model, verdict, tactics),
        notes=notes,
    )


def _part(analysis: Analysis, deciding: Scored) -> Part | None:
    """Where the deciding part stands in what was sent; None where that is all of it."""
    if deciding.parts == 1:
        return None
    starts, ends = deciding.columns.starts.tolist(), deciding.columns.ends.tolist()
    first, last = analysis.place(starts[0], ends[0]), analysis.place(starts[-1], ends[-1])
    return Part(first.start, last.end, first.turn, last.turn, deciding.parts)


def _assessment(
    model: Model,
    verdict: Verdict,
    *,
    part: Part | None = None,
    tactics: tuple[TacticSpan, ...] = (),
    facts: tuple[Fact, ...] = (),
    reasons: tuple[Reason, ...] = (),
    missing: tuple[str, ...] = (),
    why_not: WhyNot | None = None,
    notes: tuple[str, ...] = (),
) -> Assessment:
    return Assessment(
        **verdict.parts(),
        part=part,
        tactics=tactics,
        facts=facts,
        reasons=reasons,
        missing=missing,
        timeline=timeline(tactics),
        why_not=why_not,
        notes=notes,
        model_version=model.version,
    )


def notes_of(text: str) -> tuple[str, ...]:
    """Codes of what limits the verdict on a normalised ``text``, as in :class:`huashu.result.Assessment`."""
    if not has_chinese(text):
        return ("no_chinese",)
    return ("short",) if count_chinese(text) < SHORT else ()
