"""Evidence -> page: which sections, in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from huashu import __version__
from huashu_training.report import findings, parts, quality, scores
from huashu_training.report.evidence import Evidence
from huashu_training.report.page import Page, Section
from huashu_training.train import Report


def page_of(e: Evidence, report: Report) -> Page:
    """The page, sections without anything to show left out."""
    makers = list(_sections(e))
    advance = report("writing sections", len(makers) + 1)
    measured = quality.measure_key_figures(e)
    figures, headline = quality.key_figures(e, measured)
    advance()
    sections = [figures]
    for make in makers:
        section = make()
        sections += [section] if section.parts else []
        advance()
    about = (*e.about, ("Made", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC by Huashu {__version__}"))
    return Page(e.title, about, headline, tuple(sections), _numbers(e, measured))


def _numbers(e: Evidence, measured: quality.Measured) -> dict[str, Any]:
    """What a program would want to compare between two reports."""
    return {
        "texts": len(e.documents),
        "groups": len(set(e.groups.tolist())),
        "operating_point": e.point,
        "thresholds": dict(zip(("alert", "review"), e.bounds, strict=True)),
        "figures": {name: dict(zip(("value", "low", "high"), of, strict=True)) for name, of in measured.items()},
        "operating_points": dict(e.points),
        "moves": {
            move.tactic: {
                "marked": move.marked,
                "found": move.found,
                "precision": move.precise / move.found if move.found else None,
                "recall": move.recalled / move.marked if move.marked else None,
            }
            for move in e.moves
        },
        "attacks": [asdict(rates) for rates in e.attacks],
        "plain_attacks": [asdict(rates) for rates in e.plain_attacks],
        "learning_curve": [{"documents": size, "macro_f1": value} for size, value in e.curve],
    }


def _sections(e: Evidence) -> Iterator[Callable[[], Section]]:
    rival = e.rival
    both = bool(e.ought.any() and not e.ought.all())
    if both:
        yield lambda: quality.operating_points(e)
        yield lambda: quality.calibration(e)
    yield lambda: scores.curves(e)
    yield lambda: scores.histograms(e)
    yield lambda: parts.confusion(e)
    yield lambda: parts.breakdowns(e)
    if any(move.marked for move in e.moves):
        yield lambda: parts.moves(e)
    if any(rate == rate for rates in e.attacks for rate in (rates.flagged, rates.false_alerts)):
        yield lambda: findings.attacks(e)
    if rival is not None:
        yield lambda: findings.comparison(e, rival)
    if e.curve:
        yield lambda: findings.learning_curve(e)
    yield lambda: findings.errors(e)
    yield lambda: findings.label_problems(e)
    yield lambda: findings.phrases(e)
