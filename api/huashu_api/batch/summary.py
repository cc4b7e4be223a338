"""What a run came to, for people and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from huashu.labels import ACTIONS, SCHEMES, TACTICS
from huashu_api.batch.tally import Tally
from huashu_api.ingest import Note

SHOWN = 8
"""So many files, schemes and reasons are shown to people; JSON has all."""


@dataclass(frozen=True, slots=True)
class Summary:
    """``rows`` in = ``counts.scored`` + ``counts.rejected``; ``seconds`` of this run, what was resumed not included."""

    rows: int
    counts: Tally
    files: int
    notes: tuple[Note, ...]
    model_version: str
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "rows": self.rows,
            **{name: value for name, value in asdict(self.counts).items() if name != "sample"},
            "files": self.files,
            "read": [asdict(note) for note in self.notes],
            "model_version": self.model_version,
            "seconds": round(self.seconds, 3),
            "rows_per_second": round(self.rows / self.seconds, 1),
        }

    def lines(self) -> list[str]:
        """The summary for people."""
        counts = self.counts
        lines = [str(note) for note in self.notes[:SHOWN]]
        if len(self.notes) > SHOWN:
            lines.append(f"... and {len(self.notes) - SHOWN} more files")
        lines.append(f"rows {self.rows} = scored {counts.scored} + rejected {counts.rejected}")
        if counts.damaged:
            lines.append(f"files damaged or cut off: {counts.damaged}; their last reject says after which row")
        lines.append(", ".join(f"{action} {counts.actions.get(action, 0)}" for action in ("alert", "review", "pass")))
        lines += _most("schemes", counts.schemes) + _most("rejects", counts.reasons)
        return [*lines, f"{self.seconds:.1f} s, {self.rows / self.seconds:,.0f} rows/s, model {self.model_version}"]

    def table(self) -> list[list[Any]]:
        """The summary as rows of cells, in Chinese."""
        counts = self.counts
        rows: list[list[Any]] = [
            ["读入行数", self.rows], ["判断", counts.scored], ["未判", counts.rejected], ["文件数", self.files],
            ["模型版本", self.model_version], [],
        ]  # fmt: skip
        rows += [[ACTIONS[name].zh, counts.actions.get(name, 0)] for name in ACTIONS.ids]
        rows += [[], ["类型", "件数"], *([SCHEMES[name].zh, number] for name, number in _sorted(counts.schemes))]
        rows += [[], ["话术动作", "件数"], *([TACTICS[name].zh, number] for name, number in _sorted(counts.tactics))]
        rows += [[], ["未判原因", "件数"], *([reason, number] for reason, number in _sorted(counts.reasons))]
        return [*rows, [], ["读取方式"], *([note.file, ", ".join((note.encoding, note.form))] for note in self.notes)]


def _sorted(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _most(title: str, counts: Mapping[str, int]) -> list[str]:
    if not counts:
        return []
    common = _sorted(counts)
    shown = [f"{name} {number}" for name, number in common[:SHOWN]]
    return [f"{title}: " + "; ".join(shown + (["..."] if len(common) > SHOWN else []))]
