"""Noisy copies of documents: the text attacked, the labels kept, the spans moved along."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from huashu_corpora.attacks import ATTACKS, TEACHING
from huashu_corpora.document import Document, TacticMark


def noisy_copies(documents: Sequence[Document], share: float, seed: int) -> list[Document]:
    """Copies of about ``share`` of ``documents``, one attack of ``TEACHING`` each; the same for the same seed."""
    rng = random.Random(seed)
    chosen = [(document, rng.choice(TEACHING)) for document in documents if rng.random() < share]
    copies = [noisy_copy(document, attack, seed) for document, attack in chosen]
    return [copy for copy, (source, _) in zip(copies, chosen, strict=True) if copy.text != source.text]


def noisy_copy(document: Document, attack: str, seed: int) -> Document:
    """A copy of ``document`` under one of ``ATTACKS``: same labels, hand and group, origin ``augmented``.

    Marks whose text is lost or torn apart are left out. The same seed gives the same copy.
    """
    rng = random.Random(f"{seed}:{attack}:{document.id}")
    text, origin = ATTACKS[attack](document.text, rng)
    marks = []
    for mark in document.tactics:
        inside = [i for i, source in enumerate(origin) if mark.start <= source < mark.end]
        if inside and len(inside) == inside[-1] - inside[0] + 1:
            marks.append(TacticMark(mark.tactic, inside[0], inside[-1] + 1))
    return replace(
        document, id=f"{document.id}+{attack}", text=text or document.text, tactics=tuple(marks), origin="augmented"
    )
