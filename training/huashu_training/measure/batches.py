"""Many texts through a finished model, batch by batch, so that progress can be seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from huashu import Classifier, Source
from huashu.result import Scores

BATCH = 200


def score_all(classifier: Classifier, sources: Sequence[Source], advance: Callable[[int], None]) -> Scores:
    """What ``classifier`` says of all ``sources``; ``advance`` is told how many were just scored."""
    risks = [np.zeros(0)]
    whole = Scores(risks[0], [], [], [])
    for first in range(0, len(sources), BATCH):
        part = classifier.score(sources[first : first + BATCH])
        risks.append(part.risk)
        whole.action.extend(part.action)
        whole.scheme.extend(part.scheme)
        whole.register.extend(part.register)
        advance(len(part.action))
    return Scores(np.concatenate(risks), whole.action, whole.scheme, whole.register)
