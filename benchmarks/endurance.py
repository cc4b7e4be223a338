"""A long run of `huashu score`: memory, rows accounted for, and what kill -9 at random moments does to the output.

    python benchmarks/endurance.py [--rows 1000000] [--kill-rows 40000] [--rounds 10]

Writes transcripts of 400 characters made from the corpora to a temporary folder, scores them with `--evidence none`
and prints rows, time and the largest memory of all its processes. Then scores the first `--kill-rows` of them once
undisturbed and `--rounds` times with a kill -9 of the whole process group at a random moment and `--resume`, and
compares output and rejects byte for byte.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from joined_texts import generate

SCORE = [sys.executable, "-m", "huashu_api.cli", "score"]


def write(path: Path, rows: int) -> None:
    """JSON Lines with an empty row and a broken one in every thousand."""
    with path.open("w", encoding="utf-8") as file:
        for i, text in enumerate(generate(rows)):
            if i % 1000 == 500:
                file.write("{broken\n")
            else:
                row = {"id": i, "text": "" if i % 1000 == 501 else text}
                file.write(json.dumps(row, ensure_ascii=False) + "\n")


def memory(group: int) -> tuple[int, int]:
    """Megabytes in memory of the largest process of a process group, and of all of them."""
    sizes = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if os.getpgid(int(entry.name)) == group:
                    pages = int((entry / "statm").read_text().split()[1])
                    sizes.append(pages * os.sysconf("SC_PAGE_SIZE") >> 20)
            except (OSError, ValueError):
                continue
    return max(sizes, default=0), sum(sizes)


def long_run(folder: Path, rows: int) -> None:
    """Score ``rows`` rows and print what it took."""
    source, output = folder / "rows.jsonl", folder / "long.jsonl"
    write(source, rows)
    command = [*SCORE, str(source), "-o", str(output), "--evidence", "none", "--summary", str(folder / "summary.json")]
    process = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
    samples = []
    while process.poll() is None:
        samples.append(memory(process.pid))
        time.sleep(0.5)
    assert process.returncode == 0
    done = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert done["rows"] == rows == done["scored"] + done["rejected"]
    middle = samples[len(samples) // 4 : len(samples) // 2] or samples
    late = samples[len(samples) // 2 :] or samples
    print(
        f"{rows} rows = {done['scored']} scored + {done['rejected']} rejected, {source.stat().st_size >> 20} MB, "
        f"{done['seconds']:.0f} s, {done['rows_per_second']:.0f} rows/s"
    )
    print(f"largest memory: one process {max(a for a, _ in samples)} MB, all {max(b for _, b in samples)} MB")
    print(f"all, second quarter {max(b for _, b in middle)} MB, second half {max(b for _, b in late)} MB")


def kills(folder: Path, rows: int, rounds: int) -> None:
    """Kill and resume, and compare."""
    source, output = folder / "some.jsonl", folder / "out.jsonl"
    rejects = folder / "out.jsonl.rejects.jsonl"
    write(source, rows)
    command = [*SCORE, str(source), "-o", str(output), "--evidence", "none"]
    start = time.perf_counter()
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    duration = time.perf_counter() - start
    whole = output.read_bytes(), rejects.read_bytes()
    chance, killed = random.Random(), 0
    for _ in range(rounds):
        output.unlink()
        rejects.unlink()
        process = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0, duration))
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        if not output.exists():
            subprocess.run([*command, "--resume"], check=True, stderr=subprocess.DEVNULL)
        assert (output.read_bytes(), rejects.read_bytes()) == whole, "the output differs"
    print(f"{rounds} rounds over {rows} rows, {killed} killed before the end: output and rejects byte-identical")


def main() -> None:
    """Both, with what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--kill-rows", type=int, default=40_000)
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if options.rounds:
            kills(Path(folder), options.kill_rows, options.rounds)
        if options.rows:
            long_run(Path(folder), options.rows)


if __name__ == "__main__":
    main()
