"""An output row: the verdict on an item, what stands under it, and the item's own place; personal numbers masked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from huashu import Assessment, Classifier, Fact, Source
from huashu.masking import mask_pieces
from huashu.reading.dialogue import pieces_of
from huashu.result import to_plain
from huashu_api.batch.options import Options
from huashu_api.ingest import Item

REASONS = 5
"""So many phrases, those with the largest weights, are given as reasons."""
NO_EVIDENCE: Mapping[str, Any] = {
    "tactics": [], "facts": [], "reasons": [], "stages": [], "deciding": None, "notes": [], "turns": [],
}  # fmt: skip
KEY = ("file", "sheet", "row", "id", "case", "start")
VERDICT = ("action", "risk", "scheme", "register")
NAMES = (*KEY, *VERDICT, *NO_EVIDENCE, "model_version")
"""The fields of a row, before the text and the columns that are kept."""


def key_of(item: Item) -> dict[str, Any]:
    """Where an item comes from. ``case`` and ``start`` are null where no ticket was split."""
    is_case = item.case > 0
    return {
        "file": item.file, "sheet": item.sheet, "row": item.row, "id": item.id,
        "case": item.case if is_case else None, "start": item.start if is_case else None,
    }  # fmt: skip


def row_of(
    classifier: Classifier, item: Item, source: Source, verdict: Mapping[str, Any], options: Options
) -> dict[str, Any]:
    """The fields ``NAMES`` in that order, then ``text`` if it is asked for, then the columns that are kept.

    ``tactics``, ``facts`` and ``reasons`` have the places of :class:`huashu.Assessment`; ``stages`` are those that were
    seen, ``deciding`` is the part of a long text that decided, ``turns`` who spoke when, in milliseconds.
    """
    with_evidence = options.evidence == "all" or (options.evidence == "flagged" and verdict["action"] != "pass")
    evidence = _evidence(classifier.assess(source), source, options) if with_evidence else NO_EVIDENCE
    row = {**key_of(item), **verdict, **evidence, "model_version": classifier.version}
    if options.text != "none":
        row["text"] = "\n".join(_words(source, options))
    return row | dict(item.kept)


def _words(source: Source, options: Options) -> tuple[str, ...]:
    return pieces_of(source) if options.text == "raw" else mask_pieces(source)


def _evidence(assessment: Assessment, source: Source, options: Options) -> dict[str, Any]:
    shown = _unmasked(assessment, source) if options.text == "raw" else assessment.masked(source)
    phrases = [reason for reason in shown.reasons if reason.start is not None][:REASONS]
    return {
        "tactics": to_plain(shown.tactics),
        "facts": to_plain(shown.facts),
        "reasons": to_plain(phrases),
        "stages": [stage.stage for stage in shown.timeline if stage.spans],
        "deciding": to_plain(shown.part),
        "notes": list(shown.notes),
        "turns": [] if isinstance(source, str) else _turns(source, options),
    }


def _turns(source: Source, options: Options) -> list[dict[str, Any]]:
    """Who spoke when; with what was said where the text is asked for."""
    words = _words(source, options) if options.text != "none" else [None] * len(source)
    return [
        {"role": turn.get("role"), "begin": turn.get("begin"), "end": turn.get("end"), "words": said}  # type: ignore[attr-defined]
        for turn, said in zip(source, words, strict=True)
    ]


def _unmasked(assessment: Assessment, source: Source) -> Assessment:
    """The same with the ID and bank card numbers that an assessment never shows in full."""
    pieces = pieces_of(source)

    def unmasked(fact: Fact) -> Fact:
        quote = pieces[0 if isinstance(source, str) else fact.turn or 0][fact.start : fact.end]
        return fact if quote == fact.quote else replace(fact, quote=quote, value=quote)

    return replace(assessment, facts=tuple(map(unmasked, assessment.facts)))
