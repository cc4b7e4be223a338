"""From items to output rows: verdicts in bulk, evidence where it is wanted."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from huashu import Classifier, Source
from huashu.interrupt import checked
from huashu_api.batch.options import Options
from huashu_api.batch.rows import key_of, row_of
from huashu_api.ingest import Item

SECONDS, SLOWEST, TURN = 30.0, 5_000, 50
"""Seconds that a text has besides one for so many characters, twenty times what the slowest machine needs; characters
that a turn counts as."""


@dataclass(frozen=True, slots=True)
class ScoredRows:
    """``rows`` for the output and ``rejects``, each a mapping in the order of its input."""

    rows: list[dict[str, Any]]
    rejects: list[dict[str, Any]]


def score_rows(classifier: Classifier, items: Sequence[Item], options: Options) -> ScoredRows:
    """Judge all items that have a source; whatever fails for one is that one's reject."""
    problems = {place: item.problem for place, item in enumerate(items) if item.source is None}
    sources = {place: item.source for place, item in enumerate(items) if item.source is not None}
    verdicts = _verdicts(classifier, sources, problems)
    rows: list[dict[str, Any]] = []
    rejects: list[dict[str, Any]] = []
    for place, item in enumerate(items):
        if place in verdicts:
            try:
                with _in_time([sources[place]]):
                    rows.append(row_of(classifier, item, sources[place], verdicts[place], options))
                continue
            except Exception as error:
                problems[place] = _problem(error)
        rejects.append({**key_of(item), "rows": item.rows, "reason": problems[place]})
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
