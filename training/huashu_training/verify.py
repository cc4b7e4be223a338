"""Whether the shipped artifact is what the shipped corpora give, byte for byte.

    python -m huashu_training.verify

Trains all documents, which takes minutes, and exits with 1 when any file differs, or when the artifact was made under
other library versions than these, so that its bytes cannot be expected."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from huashu.artifact import ARRAYS, MANIFEST, SHIPPED, load
from huashu_corpora import read_documents
from huashu_training.train import train
from huashu_training.write import CARD, METRICS, environment

FILES = (MANIFEST, ARRAYS, METRICS, CARD)
"""What has to be the same: everything but the pipelines, which hold pickles."""


def differing(made: Path, shipped: Path = SHIPPED) -> list[str]:
    """Names of the files whose bytes differ between two artifact folders."""
    return [name for name in FILES if (made / name).read_bytes() != (shipped / name).read_bytes()]


def main() -> None:
    recorded = dict(load(SHIPPED).manifest.environment)
    if recorded != environment():
        sys.exit(f"the artifact was made with {recorded}, here is {environment()}: make model")
    with tempfile.TemporaryDirectory() as folder:
        train(read_documents(), Path(folder))
        different = differing(Path(folder))
    if different:
        sys.exit(f"not what the shipped corpora give: {', '.join(different)}; make model")
    print("the shipped artifact is what the shipped corpora give, byte for byte")


if __name__ == "__main__":
    main()
