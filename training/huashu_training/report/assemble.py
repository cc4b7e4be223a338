"""Evidence -> page: which sections, in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from huashu import __version__
from huashu.progress import Progress
from huashu_training.measure.rates import Agreement
from huashu_training.report import attacks, comparison, lessons, mistakes, parts, quality, scores
from huashu_training.report.evidence import Evidence
from huashu_training.report.page import Page, Section


def page_of(e: Evidence, progress: Progress) -> Page:
    """The page, sections without anything to show left out."""
    makers = list(_sections(e))
    advance = progress.stage("writing sections", len(makers) + 1)
    measured = quality.measure_key_figures(e)
    figures, headline = quality.key_figures(e, measured)
    advance(1)
    sections = [figures]
    for make in makers:
        section = make()
        sections += [section] if section.parts else []
        advance(1)
    about = (*e.about, ("Made", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC by Huashu {__version__}"))
    return Page(e.title, about, headline, tuple(sections), _numbers(e, measured))


def _numbers(e: Evidence, measured: quality.KeyFigures) -> dict[str, Any]:
    """What a program would want to compare between two reports."""
    return {
        "texts": len(e.documents),
        "groups": len(set(e.groups.tolist())),
        "operating_point": e.point,
        "thresholds": dict(zip(("alert", "review"), e.bounds, strict=True)),
        "figures": {name: of._asdict() for name, of in measured.items()},
        "operating_points": {name: asdict(point) for name, point in e.points.items()},
        "moves": {move.tactic: _agreement(move.agreement) for move in e.moves},
        "attacks": [asdict(rates) for rates in e.attacks],
        "plain_attacks": [asdict(rates) for rates in e.baseline_attacks],
        "learning_curve": [{"documents": size, "macro_f1": value} for size, value in e.curve],
    }


def _agreement(of: Agreement) -> dict[str, float | None]:
    return {
        "marked": of.marked,
        "found": of.found,
        "precision": of.precision if of.found else None,
        "recall": of.recall if of.marked else None,
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
    if any(move.agreement.marked for move in e.moves):
        yield lambda: parts.moves(e)
    if any(rate == rate for rates in e.attacks for rate in (rates.flagged, rates.false_alerts)):
        yield lambda: attacks.attacks(e)
    if rival is not None:
        yield lambda: comparison.comparison(e, rival)
    if e.curve:
        yield lambda: lessons.learning_curve(e)
    yield lambda: mistakes.errors(e)
    yield lambda: mistakes.label_problems(e)
    yield lambda: lessons.phrases(e)
