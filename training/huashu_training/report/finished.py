"""Evidence about a finished model: labelled rows that it has not learned from, judged as they would be in service."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from huashu import Assessment, Classifier
from huashu.errors import InputError
from huashu.manifest import OperatingPoint
from huashu.progress import Progress
from huashu.verdict.outputs import SCHEME_COLUMNS
from huashu_corpora.document import Document
from huashu_corpora.groups import group_numbers
from huashu_training.fit.folds import HeldOut
from huashu_training.measure.batches import score_all
from huashu_training.measure.bootstrap import Rows, estimate
from huashu_training.measure.labelled import LabelledRow
from huashu_training.measure.rates import Flags, Floats, share
from huashu_training.measure.robustness import attack_rates
from huashu_training.measure.spans import by_move, found_spans, marked_spans
from huashu_training.report.evidence import Evidence, Move, Rival, most_telling, text_reasons

ATTACKED = (300, 700)
"""Headline and ``none`` texts that each attack is tried on, at most."""


def finished_model(
    files: Mapping[str, Sequence[LabelledRow]],
    classifier: Classifier,
    command: str,
    progress: Progress,
    left_out: int = 0,
    unknown: Sequence[str] = (),
    rival: Classifier | None = None,
) -> Evidence:
    """Evidence from the rows of ``files`` (name -> rows) as ``classifier`` judges them.

    ``left_out`` rows were dropped because the model had learned from them; of the models ``unknown`` (versions) it is
    not known what they learned from. ``rival`` is compared on the same rows.
    Raises InputError when there are no rows.
    """
    documents = [as_document(name, row) for name, rows in files.items() for row in rows]
    if not documents:
        raise InputError("the files hold no rows; a report needs some")
    texts = [document.text for document in documents]
    advance = progress.stage("judging", len(texts))
    assessments = []
    for text in texts:
        assessments.append(classifier.assess(text))
        advance(1)
    risks = np.array([assessment.risk for assessment in assessments])
    groups = np.array(group_numbers(documents))
    ought = np.array([document.ought_to_alert for document in documents])
    bounds = bounds_of(classifier)
    nothing_learned = HeldOut(np.zeros(len(documents), np.intp), (), groups)
    attacks = attack_rates(
        documents, nothing_learned, lambda some, _: classifier.score(some).risk, bounds, ATTACKED, progress, workers=1
    )
    return Evidence(
        title=f"Huashu evaluation report: {', '.join(files)}",
        command=command,
        about=(
            ("Command", command),
            ("Model", f"{classifier.version}, operating point “{classifier.operating_point}”"),
            ("Texts", ", ".join(f"{name} {len(rows):,}" for name, rows in files.items())),
            ("Learned from", _honesty(left_out, unknown)),
        ),
        documents=documents,
        groups=groups,
        risks=risks,
        schemes=np.array([list(assessment.schemes.values()) for assessment in assessments]),
        registers=np.array([list(assessment.registers.values()) for assessment in assessments]),
        bounds=bounds,
        point=classifier.operating_point,
        points=measured_points(classifier, risks, ought, groups),
        moves=move_figures(documents, assessments),
        explain=lambda row: text_reasons(assessments[row].reasons),
        phrases=telling_phrases(classifier),
        attacks=attacks,
        rival=None if rival is None else rival_of(rival, texts, progress),
        held_out=False,
    )


def _honesty(left_out: int, unknown: Sequence[str]) -> str:
    if unknown:
        return f"not checked: the documents of model {', '.join(unknown)} are not at hand (--learned-from)"
    return f"{left_out} rows left out as near-duplicates of the model's documents; no other is one"


def as_document(name: str, row: LabelledRow) -> Document:
    """A row as a document; its hand is ``name`` where it names none."""
    identity, register = f"{name}:{row.line}", row.register or ""
    hand, group = row.hand or name, row.group or identity
    return Document(identity, row.text, row.label, register, row.tactics, hand=hand, group=group)


def bounds_of(classifier: Classifier) -> tuple[float, float]:
    """The alert and the review threshold in use."""
    point = classifier.manifest.operating_points[classifier.operating_point]
    return point.alert, point.review


def rival_of(classifier: Classifier, texts: Sequence[str], progress: Progress) -> Rival:
    """Another classifier's verdicts on the same texts."""
    scores = score_all(classifier, texts, progress, "judging with the other model")
    return Rival(f"model {classifier.version}", scores.risk, bounds_of(classifier), np.array(scores.scheme))


def measured_points(
    classifier: Classifier, risks: Floats, ought: Flags, groups: NDArray[np.intp]
) -> dict[str, OperatingPoint]:
    """The model's operating points with what their thresholds, set in training, give on these texts; none where the
    texts are all of one side."""
    if not ought.any() or ought.all():
        return {}
    points = {}
    for name, point in classifier.manifest.operating_points.items():
        figures = {
            "recall": _load(risks >= point.alert, ought),
            "recall_with_review": _load(risks >= point.review, ought),
            "false_alerts": _load(risks >= point.alert, ~ought, 1000),
            "false_reviews": _load(risks >= point.review, ~ought, 1000),
        }
        points[name] = replace(point, expected={name: estimate(of, groups) for name, of in figures.items()})
    return points


def _load(caught: Flags, of: Flags, factor: float = 1) -> Callable[[Rows], float]:
    return lambda rows: factor * share(caught[rows], of[rows])


def move_figures(documents: Sequence[Document], assessments: Sequence[Assessment]) -> list[Move]:
    """Figures by overlapping span, over the documents with marked moves."""
    pairs = zip(documents, assessments, strict=True)
    texts = [(marked_spans(document.tactics), found_spans(found)) for document, found in pairs if document.tactics]
    return [Move(tactic, agreement) for tactic, agreement in by_move(texts).items()]


def telling_phrases(classifier: Classifier) -> dict[str, list[tuple[str, float]]]:
    """Words and pairs by what one occurrence adds to a scheme's score (idf x weight)."""
    model = classifier.artifact.document
    words = model.channels[0]
    rows = slice(words.first, words.novelty)
    parts = model.weights[rows, SCHEME_COLUMNS] * model.scale[SCHEME_COLUMNS] * model.idf[rows, np.newaxis]
    return most_telling(model.grams(words), parts.T)
