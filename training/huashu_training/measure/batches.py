"""Many texts through a finished model, batch by batch, so that progress can be seen."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from huashu import Classifier, Source
from huashu.progress import Progress
from huashu.result import Scores

BATCH = 200


def score_all(classifier: Classifier, sources: Sequence[Source], progress: Progress, stage: str) -> Scores:
    """What ``classifier`` says of all ``sources``; ``progress`` is told of it as a ``stage``."""
    advance = progress.stage(stage, len(sources))
    parts = []
    for first in range(0, len(sources), BATCH):
        parts.append(classifier.score(sources[first : first + BATCH]))
        advance(len(parts[-1].action))
    return Scores(
        np.concatenate([part.risk for part in parts] or [np.zeros(0)]),
        [action for part in parts for action in part.action],
        [scheme for part in parts for scheme in part.scheme],
        [register for part in parts for register in part.register],
    )
