"""Start-up beside the usual way of building such a model: a ratio, measured side by side."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from texts import ROOT

pytestmark = pytest.mark.slow

BENCHMARK = ROOT / "benchmarks" / "cold_start.py"


def test_a_verdict_from_a_cold_start_costs_little_of_the_usual_way() -> None:
    done = subprocess.run([sys.executable, str(BENCHMARK)], capture_output=True, text=True, check=True)
    found = re.search(r"ratio: (\d\.\d+)", done.stdout)
    assert found
    assert float(found[1]) < 0.35
