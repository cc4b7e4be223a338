"""Drift as a page."""

from __future__ import annotations

from huashu_training.figures import percent
from huashu_training.measure.drift import Drift, Shift
from huashu_training.report.page import Figure, Page, Section, Table


def summary(drift: Drift) -> Section:
    """The indices at a glance, and the phrases."""
    rows = tuple((s.name, f"{s.index:.3f}", f"{s.by_chance:.3f}", s.verdict) for s in drift.shifts)
    return Section(
        "summary",
        "Stability",
        "Population stability index: 0 is no change. What exceeds chance by less than 0.1 counts as stable, by more "
        "than 0.25 as changed; then measure on newly labelled texts before you trust the thresholds.",
        (Table(("distribution", "index", "of it by chance", "verdict"), rows),),
    )


def phrases(drift: Drift) -> Section:
    """Phrases that rise among alerts."""
    rows = tuple(
        (rise.phrase, "yes" if rise.unseen else "", str(rise.old), str(rise.new), f"{rise.z:.1f}")
        for rise in drift.rising
    )
    return Section(
        "phrases",
        "What rises among alerts",
        "Words and pairs of words that are in more alerts of the new period, surest first (z above 2 is rarely "
        "chance). “New” phrases are in no text of the old period at all: a new turn of the script, or a new product's "
        "name.",
        (Table(("phrase", "new", "alerts before", "alerts now", "z"), rows, text_columns=2),),
    )


def page_of(drift: Drift, model: str, command: str, charts_too: bool = True) -> Page:
    """The page; without charts where only text is wanted (matplotlib is then not needed)."""
    sections = [summary(drift), phrases(drift), *(_shift(shift, charts_too) for shift in drift.shifts)]
    about = (
        ("Command", command),
        ("Old", f"{drift.old.name}, {len(drift.old.scores):,} texts"),
        ("New", f"{drift.new.name}, {len(drift.new.scores):,} texts"),
        ("Model", model),
    )
    headline = tuple((shift.name, f"{shift.index:.3f}", shift.verdict) for shift in drift.shifts)
    return Page("Huashu drift report", about, headline, tuple(sections))


def _shift(shift: Shift, with_chart: bool) -> Section:
    rows = tuple((b, percent(o), percent(n)) for b, o, n in zip(shift.bins, shift.old, shift.new, strict=True))
    parts: list[Table | Figure] = [Table((shift.name, "old", "new"), rows)]
    if with_chart:
        from huashu_training.report import charts  # noqa: PLC0415  (matplotlib comes with an extra)

        series = {"old": [100 * value for value in shift.old], "new": [100 * value for value in shift.new]}
        parts.insert(
            0, Figure(charts.bars(shift.bins, series, "% of texts"), "Equal pairs of bars: nothing has moved.")
        )
    note = "Bins are the tenths of the old period." if shift.name in ("score", "vocabulary coverage") else "By label."
    return Section(shift.name.replace(" ", "-"), shift.name.capitalize(), note, tuple(parts))
