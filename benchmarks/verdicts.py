"""Every verdict on the shipped corpora at full precision, to hold one state of the code against another.

    python benchmarks/verdicts.py dump OUT.jsonl.gz [FILE.jsonl ...]
    python benchmarks/verdicts.py compare A.jsonl.gz B.jsonl.gz

A line holds what `assess` and `score` say of one text, and for some calls what a session says after each turn. The
texts are the documents of the corpora and each row's "text" of the files. `compare` exits with 1 when anything differs.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

from huashu import Classifier
from huashu.reading.dialogue import parse
from huashu_corpora import read_documents

PROCESSES, CHUNK = 2, 50
EVERY = 20  # one document in so many is also read turn by turn, where it is a call
SHOWN = 20  # differences that are printed
TURN_FIELDS = ("turn", "action", "risk", "score", "scheme", "register", "tactics")  # what is kept of a turn's verdict
RENAMED: Mapping[tuple[str, str], str] = {
    ("timeline", "moves"): "spans",
    ("why_not", "moves"): "tactics",
    ("because", "moves"): "tactics",
}
"""(the key above, an older key or string) -> what it is called now."""


@cache
def _classifier() -> Classifier:
    return Classifier.load()


def _texts(files: Sequence[Path]) -> list[tuple[str, str]]:
    """Id and text of everything that is judged."""
    texts = [(document.id, document.text) for document in read_documents()]
    for path in files:
        rows = map(json.loads, path.read_text(encoding="utf-8").splitlines())
        texts += [(f"{path.stem}/{row.get('id', number)}", row["text"]) for number, row in enumerate(rows, 1)]
    return texts


def _judged(text: str, by_turns: bool) -> dict[str, Any]:
    """What `assess` says of ``text``, and a session if it is a call and wanted ``by_turns``."""
    judged: dict[str, Any] = {"assess": asdict(_classifier().assess(text))}
    dialogue = parse(text)
    if by_turns and dialogue.marked:
        session = _classifier().session()
        verdicts = [asdict(session.add({"role": turn.speaker, "words": turn.words})) for turn in dialogue.turns]
        judged["turns"] = [{field: verdict[field] for field in TURN_FIELDS} for verdict in verdicts]
    return judged


def dump(out: Path, files: Sequence[Path]) -> None:
    """Judge everything and write it to ``out``."""
    texts = _texts(files)
    scores = _classifier().score([text for _, text in texts])
    columns = zip(scores.risk.tolist(), scores.action, scores.scheme, scores.register, strict=True)
    wanted = [number % EVERY == 0 for number in range(len(texts))]
    with ProcessPoolExecutor(PROCESSES) as pool, gzip.open(out, "wt", encoding="utf-8") as lines:
        judged = pool.map(_judged, [text for _, text in texts], wanted, chunksize=CHUNK)
        for (name, _), row, found in zip(texts, columns, judged, strict=True):
            lines.write(json.dumps({"id": name, "score": row, **found}, ensure_ascii=False) + "\n")


def _renamed(value: Any, above: str = "") -> Any:
    """``value`` with the older names of ``RENAMED`` replaced."""
    if isinstance(value, list):
        return [_renamed(item, above) for item in value]
    if isinstance(value, dict):
        return {RENAMED.get((above, key), key): _renamed(item, key) for key, item in value.items()}
    return RENAMED.get((above, value), value) if isinstance(value, str) else value


def _differences(a: Any, b: Any, where: str = "") -> Iterator[str]:
    if isinstance(a, dict) and isinstance(b, dict):
        for key in sorted(a.keys() | b.keys()):
            yield from _differences(a.get(key), b.get(key), f"{where}.{key}")
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        for place, (left, right) in enumerate(zip(a, b, strict=True)):
            yield from _differences(left, right, f"{where}[{place}]")
    elif a != b:
        yield f"{where}: {a!r} -> {b!r}"


def compare(a: Path, b: Path) -> int:
    """Print how the dumps ``a`` and ``b`` differ, line by line; 1 if they do."""
    shown = SHOWN
    same: list[bool] = []
    with gzip.open(a, "rt", encoding="utf-8") as left, gzip.open(b, "rt", encoding="utf-8") as right:
        for pair in zip_longest(left, right, fillvalue="{}"):
            old, new = (_renamed(json.loads(line)) for line in pair)
            found = list(_differences(old, new))
            same.append(not found)
            for difference in found[:shown]:
                print(f"{old.get('id', '')}{difference}")
            shown -= min(shown, len(found))
    print(f"{same.count(False)} of {len(same)} lines differ")
    return int(not all(same))


if __name__ == "__main__":
    command, *paths = [*sys.argv[1:], ""]
    given = [Path(path) for path in paths[:-1]]
    if command == "dump" and given:
        dump(given[0], given[1:])
    elif command == "compare" and len(given) == 2:
        raise SystemExit(compare(*given))
    else:
        raise SystemExit(__doc__)
