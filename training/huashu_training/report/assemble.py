"""Evidence -> page: which sections, in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from huashu import __version__
from huashu_training.report import findings, parts, quality
from huashu_training.report.evidence import Evidence
from huashu_training.report.page import Page, Section
from huashu_training.train import Report


def page_of(e: Evidence, report: Report) -> Page:
    """The page, sections without anything to show left out."""
    makers = list(_sections(e))
    advance = report("writing sections", len(makers) + 1)
    figures, headline = quality.key_figures(e)
    advance()
    sections = [figures]
    for make in makers:
        sections.append(make())
        advance()
    about = (*e.about, ("Made", f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC by Huashu {__version__}"))
    return Page(e.title, about, headline, tuple(sections))


def _sections(e: Evidence) -> Iterator[Callable[[], Section]]:
    rival = e.rival
    both = bool(e.ought.any() and not e.ought.all())
    if both:
        yield lambda: quality.operating_points(e)
        yield lambda: quality.calibration(e)
        yield lambda: quality.curves(e)
    yield lambda: quality.histograms(e)
    yield lambda: parts.confusion(e)
    yield lambda: parts.breakdowns(e)
    if any(move.marked for move in e.moves):
        yield lambda: parts.moves(e)
    if e.attacks:
        yield lambda: findings.attacks(e)
    if rival is not None:
        yield lambda: findings.comparison(e, rival)
    if e.curve:
        yield lambda: findings.learning_curve(e)
    yield lambda: findings.errors(e)
    yield lambda: findings.label_problems(e)
    yield lambda: findings.phrases(e)
