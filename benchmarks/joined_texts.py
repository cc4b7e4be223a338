"""Texts for the benchmarks: documents of the shipped corpora, joined at random to a given length, always the same."""

from __future__ import annotations

import random
from collections.abc import Iterator

from huashu_corpora import read_documents

LENGTH = 400


def generate(number: int, seed: int = 0) -> Iterator[str]:
    """``number`` texts of ``LENGTH`` characters."""
    documents = [document.text for document in read_documents()]
    chance = random.Random(seed)
    for _ in range(number):
        text = ""
        while len(text) < LENGTH:
            text += chance.choice(documents) + "\n"
        yield text[:LENGTH]
