"""From records to output rows: verdicts in bulk, evidence where it is wanted, personal numbers masked."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from huashu import Assessment, Classifier, Fact, Source
from huashu.interrupt import checked
from huashu.masking import mask_pieces
from huashu.reading.dialogue import pieces_of
from huashu_api.batch.records import Options, Record

SECONDS, SLOWEST, TURN = 30.0, 5_000, 50
"""Seconds that a text has besides one for so many characters, twenty times what the slowest machine needs; characters
that a turn counts as."""
REASONS = 5
"""So many phrases, those with the largest weights, are given as reasons."""

NO_EVIDENCE: Mapping[str, list[dict[str, Any]]] = {"tactics": [], "facts": [], "reasons": []}


@dataclass(frozen=True, slots=True)
class ScoredRows:
    """``rows`` for the output and ``rejects``, each a mapping in the order of its input."""

    rows: list[dict[str, Any]]
    rejects: list[dict[str, Any]]


def score_rows(classifier: Classifier, records: Sequence[Record], options: Options) -> ScoredRows:
    """Judge all records that have a source; whatever fails for one is that one's reject."""
    problems = {place: record.problem for place, record in enumerate(records) if record.source is None}
    sources = {place: record.source for place, record in enumerate(records) if record.source is not None}
    verdicts = _verdicts(classifier, sources, problems)
    rows: list[dict[str, Any]] = []
    rejects: list[dict[str, Any]] = []
    for place, record in enumerate(records):
        if place in verdicts:
            try:
                with _in_time([sources[place]]):
                    rows.append(_row(classifier, record, sources[place], verdicts[place], options))
                continue
            except Exception as error:
                problems[place] = _problem(error)
        rejects.append({**_key(record), "rows": record.rows, "reason": problems[place]})
    return ScoredRows(rows, rejects)


class _Late(Exception):
    """A text takes longer than any should."""


@contextmanager
def _in_time(sources: Iterable[Source]) -> Iterator[None]:
    """Within the block work on ``sources`` is cut off by :class:`_Late` when it takes far longer than their length
    explains."""
    size = sum(len(source) if isinstance(source, str) else len(source) * TURN for source in sources)
    until = time.monotonic() + SECONDS + size / SLOWEST

    def check() -> None:
        if time.monotonic() > until:
            raise _Late

    with checked(check):
        yield


def _problem(error: Exception) -> str:
    return "takes too long to judge" if isinstance(error, _Late) else f"unexpected error ({type(error).__name__})"


def _verdicts(
    classifier: Classifier, sources: Mapping[int, Source], problems: dict[int, str]
) -> dict[int, dict[str, Any]]:
    """Verdicts by place. ``problems`` gets the reasons of those that cannot be judged; halving finds them when the
    failure is not one that names its text."""
    places = list(sources)
    refused: dict[int, str] = {}
    try:
        with _in_time(sources.values()):
            scores = classifier.score(sources.values(), on_error=lambda at, error: refused.update({at: str(error)}))
    except Exception as error:
        if len(places) == 1:
            problems[places[0]] = _problem(error)
            return {}
        middle = len(places) // 2
        halves = ({place: sources[place] for place in part} for part in (places[:middle], places[middle:]))
        return {place: verdict for half in halves for place, verdict in _verdicts(classifier, half, problems).items()}
    problems.update({places[at]: reason for at, reason in refused.items()})
    values = zip(scores.action, scores.risk.round(6).tolist(), scores.scheme, scores.register, strict=True)
    return {
        place: dict(zip(("action", "risk", "scheme", "register"), verdict, strict=True))
        for at, (place, verdict) in enumerate(zip(places, values, strict=True))
        if at not in refused
    }


def _key(record: Record) -> dict[str, Any]:
    return {"file": record.file, "row": record.row, "id": record.id}


def _row(
    classifier: Classifier, record: Record, source: Source, verdict: Mapping[str, Any], options: Options
) -> dict[str, Any]:
    with_evidence = options.evidence == "all" or (options.evidence == "flagged" and verdict["action"] != "pass")
    columns = _evidence(classifier.assess(source), source, options.text == "raw") if with_evidence else NO_EVIDENCE
    row = {**_key(record), **verdict, **columns, "model_version": classifier.version}
    if options.text != "none":
        row["text"] = "\n".join(pieces_of(source) if options.text == "raw" else mask_pieces(source))
    return row | dict(record.kept)


def _evidence(assessment: Assessment, source: Source, raw: bool) -> dict[str, list[dict[str, Any]]]:
    """The columns ``tactics``, ``facts`` and ``reasons`` of what was judged; personal numbers in them are masked unless
    they are to be ``raw``."""
    shown = _unmasked(assessment, source) if raw else assessment.masked(source)
    phrases = [reason for reason in shown.reasons if reason.start is not None][:REASONS]
    return {
        "tactics": [
            {"tactic": span.tactic, "quote": span.quote, "probability": round(span.probability, 6)}
            for span in shown.tactics
        ],
        "facts": [
            {"kind": fact.kind, "quote": fact.quote, "value": fact.value} | ({"role": fact.role} if fact.role else {})
            for fact in shown.facts
        ],
        "reasons": [{"quote": reason.quote, "weight": round(reason.weight, 6)} for reason in phrases],
    }


def _unmasked(assessment: Assessment, source: Source) -> Assessment:
    """The same with the ID and bank card numbers that an assessment never shows in full."""
    pieces = pieces_of(source)

    def unmasked(fact: Fact) -> Fact:
        quote = pieces[0 if isinstance(source, str) else fact.turn or 0][fact.start : fact.end]
        return fact if quote == fact.quote else replace(fact, quote=quote, value=quote)

    return replace(assessment, facts=tuple(map(unmasked, assessment.facts)))
