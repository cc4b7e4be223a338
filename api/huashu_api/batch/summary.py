"""What a run came to, for people and as JSON."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from huashu_api.batch.journal import Counts
from huashu_api.batch.records import Note

SHOWN = 8
"""So many files, schemes and reasons are shown to people; JSON has all."""


@dataclass(frozen=True, slots=True)
class Summary:
    """``rows`` in = ``counts.scored`` + ``counts.rejected``; ``seconds`` of this run, what was resumed not included."""

    rows: int
    counts: Counts
    files: int
    notes: tuple[Note, ...]
    model_version: str
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "rows": self.rows,
            **asdict(self.counts),
            "files": self.files,
            "read": [asdict(note) for note in self.notes],
            "model_version": self.model_version,
            "seconds": round(self.seconds, 3),
            "rows_per_second": round(self.rows / self.seconds, 1),
        }

    def lines(self) -> list[str]:
        """The summary for people."""
        counts = self.counts
        lines = [f"{note.file}: {note.encoding}, {note.columns}" for note in self.notes[:SHOWN]]
        if len(self.notes) > SHOWN:
            lines.append(f"... and {len(self.notes) - SHOWN} more files")
        lines.append(f"rows {self.rows} = scored {counts.scored} + rejected {counts.rejected}")
        if counts.damaged:
            lines.append(f"files damaged or cut off: {counts.damaged}; their last reject says after which row")
        lines.append(", ".join(f"{action} {counts.actions.get(action, 0)}" for action in ("alert", "review", "pass")))
        lines += _most("schemes", counts.schemes) + _most("rejects", counts.reasons)
        return [*lines, f"{self.seconds:.1f} s, {self.rows / self.seconds:,.0f} rows/s, model {self.model_version}"]


def _most(title: str, counts: Any) -> list[str]:
    if not counts:
        return []
    common = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    shown = [f"{name} {number}" for name, number in common[:SHOWN]]
    return [f"{title}: " + "; ".join(shown + (["..."] if len(common) > SHOWN else []))]
