"""What a run is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from huashu_api.ingest import ReadOptions


@dataclass(frozen=True, slots=True)
class Options(ReadOptions):
    """How to read and what to write; what of it changes the output is part of the journal's plan.

    ``evidence`` is ``all``, ``flagged`` or ``none``; ``text`` is ``none``, ``masked`` or ``raw``; ``point`` names one
    of the model's operating points (None: its default); ``labels`` is ``id``, ``zh`` or ``en`` (None: ids, in workbooks
    Chinese names).
    """

    evidence: str = "flagged"
    text: str = "none"
    point: str | None = None
    labels: str | None = None
