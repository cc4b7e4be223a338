"""Texts as they are judged by models that had not seen them: read whole, or in parts where they are long."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from huashu.reading.analysis import analyse
from huashu.reading.parts import LONG, parts
from huashu.reading.segmenter import default_cut
from huashu.reading.tokens import Token
from huashu.scoring.linear import LinearModel
from huashu.scoring.text_model import score_texts
from huashu.verdict.outputs import FRAUD_COLUMN, REPORT_COLUMN
from huashu.verdict.risk import RiskModel
from huashu_corpora.document import Document
from huashu_training.fit.pipeline import SEED, Targets
from huashu_training.traffic import Flags, Traffic

Floats = NDArray[np.float64]

JOINED = 300
"""Long texts that are put together of ordinary documents."""
SHORTEST, LONGEST = 1_000, 20_000
"""Characters of these."""


@dataclass(frozen=True, slots=True)
class Judged:
    """Out-of-fold judgement of texts: the document ``scores`` (n, outputs) of each one's deciding part, of how many
    ``parts`` (n,) that is one, the truth as ``targets`` (n, outputs), which are ``ordinary`` and which
    ``chosen`` (n,; see :class:`huashu_training.traffic.Traffic`), and the fold (n,) that holds the text out."""

    scores: Floats
    parts: NDArray[np.intp]
    targets: Targets
    ordinary: Flags
    chosen: Flags
    fold_of: NDArray[np.intp]

    @property
    def traffic(self) -> Traffic:
        """What the texts stand for."""
        ought = (self.targets[:, FRAUD_COLUMN] == 1) & (self.targets[:, REPORT_COLUMN] != 1)
        return Traffic(ought, self.ordinary, self.chosen)

    def only(self, rows: Flags | NDArray[np.intp]) -> Judged:
        """Of some of the texts."""
        return Judged(*(getattr(self, name)[rows] for name in Judged.__slots__))

    def and_(self, other: Judged) -> Judged:
        """These texts, then the ``other`` ones."""
        pairs = ((getattr(self, name), getattr(other, name)) for name in Judged.__slots__)
        return Judged(*map(np.concatenate, pairs))

    def log_odds(self, risk: RiskModel) -> Floats:
        """Log-odds of risk (n,)."""
        return risk.log_odds(self.scores, self.parts)


def read_whole(documents: Sequence[Document]) -> NDArray[np.bool_]:
    """Which are short enough to be read as a whole (n,)."""
    return np.array([len(document.text) <= LONG for document in documents])


def tokens_of(texts: Sequence[str]) -> list[Sequence[Token]]:
    """As the runtime reads them."""
    return [analyse(text, default_cut()).tokens for text in texts]


def decide(
    models: Sequence[LinearModel], risk: RiskModel, texts: Sequence[Sequence[Token]], fold_of: NDArray[np.intp]
) -> tuple[Floats, NDArray[np.intp]]:
    """The scores (n, outputs) of the part of each text with the highest risk, by the model of its fold in ``fold_of``
    (n,), and how many parts there are (n,), as the runtime reads them."""
    scores, numbers = np.zeros((len(texts), len(models[0].intercept))), np.ones(len(texts), np.intp)
    for i, (tokens, fold) in enumerate(zip(texts, fold_of.tolist(), strict=True)):
        read = parts(tokens)
        of_parts = score_texts(models[fold], read)
        scores[i] = of_parts[int(risk.log_odds(of_parts).argmax())]
        numbers[i] = len(read)
    return scores, numbers


def judge_long(judged: Judged, models: Sequence[LinearModel], risk: RiskModel, documents: Sequence[Document]) -> Judged:
    """``judged`` documents, all of which were read whole, with the long ones read in parts."""
    rows = np.flatnonzero(~read_whole(documents))
    scores, numbers = judged.scores.copy(), judged.parts.copy()
    long = tokens_of([documents[row].text for row in rows.tolist()])
    scores[rows], numbers[rows] = decide(models, risk, long, judged.fold_of[rows])
    return replace(judged, scores=scores, parts=numbers)


def join_ordinary(
    judged: Judged, models: Sequence[LinearModel], risk: RiskModel, documents: Sequence[Document]
) -> Judged:
    """Long texts of several lengths, each put together of ordinary ``documents`` that one fold holds out. The documents
    are ``judged`` (n,). None where no documents are ordinary: what fills a long call or letter is no look-alike."""
    chance = random.Random(SEED)
    folds = judged.fold_of[judged.ordinary]
    fillings = [np.flatnonzero(judged.ordinary & (judged.fold_of == fold)).tolist() for fold in np.unique(folds)]
    joined: list[list[int]] = []
    for number in range(JOINED if fillings else 0):
        length = int(np.exp(chance.uniform(np.log(SHORTEST), np.log(LONGEST))))
        pieces: list[int] = []
        while sum(len(documents[i].text) for i in pieces) < length:
            pieces.append(chance.choice(fillings[number % len(fillings)]))
        joined.append(pieces)
    alike = judged.only(np.array([pieces[0] for pieces in joined], np.intp))
    texts = ["\n".join(documents[i].text for i in pieces) for pieces in joined]
    scores, numbers = decide(models, risk, tokens_of(texts), alike.fold_of)
    return replace(alike, scores=scores, parts=numbers)
