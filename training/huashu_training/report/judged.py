"""Evidence about a finished model: labelled rows that it has not learned from, judged as they would be in service."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huashu import Assessment, Classifier
from huashu import artifact as artifacts
from huashu.errors import InputError
from huashu.labels import SCHEMES, TACTICS
from huashu.verdict.decide import SCHEME_COLUMNS
from huashu_corpora.document import Document
from huashu_corpora.groups import group_numbers
from huashu_corpora.noise import ATTACKS
from huashu_training.fit.crossfit import HeldOut
from huashu_training.measure.bootstrap import interval
from huashu_training.measure.evaluate import LabelledRow
from huashu_training.measure.robustness import measure
from huashu_training.measure.spans import overlapping
from huashu_training.report.evidence import Evidence, Flags, Floats, MoveCount, Rival
from huashu_training.report.quality import share
from huashu_training.train import Report

ATTACKED = (300, 700)
PHRASES = 100
REASONS = 6
BATCH = 200


def judged(
    files: Mapping[str, Sequence[LabelledRow]],
    classifier: Classifier,
    model: Path | None,
    report: Report,
    command: str,
    left_out: int = 0,
    unknown: Sequence[str] = (),
    rival: Classifier | None = None,
) -> Evidence:
    """Evidence from the rows of ``files`` (name -> rows) as ``classifier``, loaded from ``model``, judges them.

    ``left_out`` rows were dropped because the model had learned from them; of the models ``unknown`` (versions) it is
    not known what they learned from. ``rival`` is compared on the same rows.
    Raises InputError when there are no rows.
    """
    documents = [as_document(name, row) for name, rows in files.items() for row in rows]
    if not documents:
        raise InputError("the files hold no rows; a report needs some")
    texts = [document.text for document in documents]
    advance = report("judging", len(texts))
    verdicts = []
    for text in texts:
        verdicts.append(classifier.assess(text))
        advance()
    risks = np.array([verdict.risk for verdict in verdicts])
    groups = np.array(group_numbers(documents))
    bounds = bounds_of(classifier)
    advance = report("attacks", len(ATTACKS) + 1)
    nothing_learned = HeldOut(np.zeros(len(documents), np.intp), (), groups)
    attacks = measure(
        documents, nothing_learned, lambda some, _: classifier.score(some).risk, bounds, ATTACKED, advance, workers=1
    )
    ought = np.array([row.ought_to_alert for rows in files.values() for row in rows])
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
        schemes=np.array([list(verdict.schemes.values()) for verdict in verdicts]),
        registers=np.array([list(verdict.registers.values()) for verdict in verdicts]),
        bounds=bounds,
        point=classifier.operating_point,
        points=measured_points(classifier, risks, ought, groups),
        moves=count_moves(documents, verdicts),
        explain=lambda row: [
            (reason.quote, reason.weight) for reason in verdicts[row].reasons if reason.kind == "text"
        ][:REASONS],
        phrases=telling_phrases(model),
        attacks=attacks,
        rival=None if rival is None else rival_of(rival, texts, report),
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


def rival_of(classifier: Classifier, texts: Sequence[str], report: Report) -> Rival:
    """Another classifier's verdicts on the same texts."""
    advance = report("judging with the other model", len(texts))
    risks: list[float] = []
    schemes: list[str] = []
    for first in range(0, len(texts), BATCH):
        scores = classifier.score(texts[first : first + BATCH])
        risks += scores.risk.tolist()
        schemes += scores.scheme
        for _ in scores.scheme:
            advance()
    return Rival(f"model {classifier.version}", np.array(risks), bounds_of(classifier), np.array(schemes))


def measured_points(classifier: Classifier, risks: Floats, ought: Flags, groups: NDArray[np.intp]) -> dict[str, Any]:
    """The model's operating points with what their thresholds, set in training, give on these texts."""
    if not ought.any() or ought.all():
        return {}
    points: dict[str, Any] = {}
    for name, point in classifier.manifest.operating_points.items():
        expected = {}
        for key, bound, of, factor in (
            ("recall", point.alert, ought, 1),
            ("recall_with_review", point.review, ought, 1),
            ("false_alerts", point.alert, ~ought, 1000),
            ("false_reviews", point.review, ~ought, 1000),
        ):
            expected[key] = interval(_rate(risks >= bound, of, factor), groups)
        points[name] = {**asdict(point), "expected": expected}
    return points


def _rate(caught: Flags, of: Flags, factor: float) -> Callable[[NDArray[np.intp]], float]:
    return lambda rows: factor * share(caught[rows], of[rows])


def count_moves(documents: Sequence[Document], verdicts: Sequence[Assessment]) -> list[MoveCount]:
    """Counts by overlapping span, over the documents with marked moves."""
    counts = {tactic: [0, 0, 0, 0] for tactic in TACTICS.ids}
    for document, verdict in zip(documents, verdicts, strict=True):
        if document.tactics:
            marked = [(mark.tactic, mark.start, mark.end) for mark in document.tactics]
            found = [(span.tactic, span.start, span.end) for span in verdict.tactics]
            for spans, others, total, confirmed in ((marked, found, 0, 2), (found, marked, 1, 3)):
                for span in spans:
                    counts[span[0]][total] += 1
                    counts[span[0]][confirmed] += any(overlapping(span, other) for other in others)
    return [MoveCount(tactic, a, b, c, d) for tactic, (a, b, c, d) in counts.items()]


def telling_phrases(model: Path | None) -> dict[str, list[tuple[str, float]]]:
    """Words and pairs by what one occurrence adds to a scheme's score (idf x weight) in the artifact ``model``."""
    linear = artifacts.load(artifacts.SHIPPED if model is None else model).document
    words = linear.channels[0]
    names = linear.grams(words)
    rows = slice(words.first, words.novelty)
    parts = linear.weights[rows, SCHEME_COLUMNS] * linear.scale[SCHEME_COLUMNS] * linear.idf[rows, np.newaxis]
    best = np.argsort(-parts, axis=0, kind="stable")[:PHRASES]
    return {
        scheme: [(names[i], float(parts[i, k])) for i in best[:, k] if parts[i, k] > 0]
        for k, scheme in enumerate(SCHEMES.ids)
    }
