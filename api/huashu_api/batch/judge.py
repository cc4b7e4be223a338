"""From records to output rows: verdicts in bulk, evidence where it is wanted, personal numbers masked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from huashu import Assessment, Classifier, Source
from huashu.masking import mask
from huashu_api.batch.records import Options, Record

REASONS = 5
"""So many phrases, those with the largest weights, are given as reasons."""


@dataclass(frozen=True, slots=True)
class Judged:
    """``rows`` for the output and ``rejects``, each a mapping in the order of its input."""

    rows: list[dict[str, Any]]
    rejects: list[dict[str, Any]]


def judge(classifier: Classifier, records: Sequence[Record], options: Options) -> Judged:
    """Judge all records that have a source; whatever fails for one is that one's reject."""
    problems = {i: record.problem for i, record in enumerate(records) if record.source is None}
    verdicts = _score(classifier, {i: r.source for i, r in enumerate(records) if r.source is not None}, problems)
    rows: list[dict[str, Any]] = []
    rejects: list[dict[str, Any]] = []
    for i, record in enumerate(records):
        if i in verdicts and record.source is not None:
            try:
                rows.append(_row(classifier, record, record.source, verdicts[i], options))
                continue
            except Exception as error:
                problems[i] = f"unexpected error ({type(error).__name__})"
        rejects.append({**_key(record), "rows": record.rows, "reason": problems[i]})
    return Judged(rows, rejects)


def _score(
    classifier: Classifier, sources: Mapping[int, Source], problems: dict[int, str]
) -> dict[int, dict[str, Any]]:
    """Verdicts by place. ``problems`` gets the reasons of those that cannot be judged; halving finds them when the
    failure is not one that names its text."""
    places = list(sources)
    refused: dict[int, str] = {}
    try:
        scores = classifier.score(sources.values(), on_error=lambda at, error: refused.update({at: str(error)}))
    except Exception as error:
        if len(places) == 1:
            problems[places[0]] = f"unexpected error ({type(error).__name__})"
            return {}
        middle = len(places) // 2
        halves = ({i: sources[i] for i in part} for part in (places[:middle], places[middle:]))
        return {place: verdict for half in halves for place, verdict in _score(classifier, half, problems).items()}
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
    wanted = options.evidence == "all" or (options.evidence == "flagged" and verdict["action"] != "pass")
    assessment = classifier.assess(source) if wanted else None
    pieces = _pieces(source) if assessment or options.text != "none" else []
    shown = pieces if options.text == "raw" else [mask(piece) for piece in pieces]
    row = {**_key(record), **verdict, **evidence(assessment, shown), "model_version": classifier.version}
    if options.text != "none":
        row["text"] = "\n".join(shown)
    return row | dict(record.kept)


def _pieces(source: Source) -> list[str]:
    return [source] if isinstance(source, str) else [str(turn["words"]) for turn in source]


def evidence(assessment: Assessment | None, shown: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    """The columns ``tactics``, ``facts`` and ``reasons``; quotes are cut from ``shown``, the text's pieces as they may
    be shown, of the same length. A fact whose quote is masked has a masked value."""
    if assessment is None:
        return {"tactics": [], "facts": [], "reasons": []}

    def quote(start: int, end: int, turn: int | None) -> str:
        return shown[turn if turn is not None and len(shown) > 1 else 0][start:end]

    facts = []
    for fact in assessment.facts:
        cut = quote(fact.start, fact.end, fact.turn)
        value = fact.value if cut == fact.quote else cut
        facts.append({"kind": fact.kind, "quote": cut, "value": value} | ({"role": fact.role} if fact.role else {}))
    phrases = [r for r in assessment.reasons if r.start is not None and r.end is not None][:REASONS]
    return {
        "tactics": [
            {"tactic": t.tactic, "quote": quote(t.start, t.end, t.turn), "probability": round(t.probability, 6)}
            for t in assessment.tactics
        ],
        "facts": facts,
        "reasons": [{"quote": quote(r.start or 0, r.end or 0, r.turn), "weight": round(r.weight, 6)} for r in phrases],
    }
