"""What the tests of bulk scoring share: a run, and its two files read back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from huashu_api.batch.options import Options
from huashu_api.batch.run import score_files
from texts import read_rows


def score(folder: Path, *inputs: Path | str, **options: Any) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The rows of ``inputs`` that were scored and those that were rejected, after checking that they account for every
    row; written to ``folder``."""
    output = folder / "result.jsonl"
    summary = score_files(map(str, inputs), output, Options(**{"lines": True} | options), force=True)
    assert summary.rows == summary.counts.scored + summary.counts.rejected
    rejects = output.with_name("result.jsonl.rejects.jsonl")
    refused = read_rows(rejects) if rejects.exists() else []
    assert summary.counts.rejected == sum(row["rows"] for row in refused)
    assert not output.with_name("result.jsonl.partial").exists()
    return read_rows(output), refused
