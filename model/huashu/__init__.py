"""Huashu reads Chinese complaint text and call transcripts and says whether a fraud script is at work.

from huashu import Classifier
Classifier.load().assess(text).action
"""

from huashu.classifier import Classifier, Source
from huashu.errors import ArtifactError, HuashuError, InputError
from huashu.result import Assessment, Fact, Reason, Scores, TacticSpan

__version__ = "0.1.0"

__all__ = [
    "ArtifactError",
    "Assessment",
    "Classifier",
    "Fact",
    "HuashuError",
    "InputError",
    "Reason",
    "Scores",
    "Source",
    "TacticSpan",
    "__version__",
]
