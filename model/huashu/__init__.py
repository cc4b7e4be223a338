"""Huashu reads Chinese complaint text and call transcripts and says whether a fraud script is at work.

from huashu import Classifier
Classifier.load().assess(text).action
"""

from huashu.classifier import Classifier
from huashu.errors import ArtifactError, HuashuError, InputError
from huashu.reading.dialogue import Source
from huashu.result import Assessment, Fact, Part, Reason, Scores, Stage, TacticSpan, TurnVerdict, Verdict, WhyNot

__version__ = "0.1.0"

__all__ = [
    "ArtifactError",
    "Assessment",
    "Classifier",
    "Fact",
    "HuashuError",
    "InputError",
    "Part",
    "Reason",
    "Scores",
    "Source",
    "Stage",
    "TacticSpan",
    "TurnVerdict",
    "Verdict",
    "WhyNot",
    "__version__",
]
