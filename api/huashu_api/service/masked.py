"""What was judged as it may be kept: masked, and as a database takes it."""

from __future__ import annotations

from collections.abc import Iterable

from huashu import Source
from huashu.masking import KINDS, mask, mask_pieces

_NOWHERE = "�"


def masked_source(source: Source, kinds: Iterable[str] = KINDS) -> Source:
    """The input with personal numbers masked, and what ``kinds`` names; of turns role, words and times are kept. NUL,
    which PostgreSQL cannot keep, is replaced. As long as the input, so offsets still hold."""
    hidden = [piece.replace("\x00", _NOWHERE) for piece in mask_pieces(source, kinds)]
    if isinstance(source, str):
        return hidden[0]
    return [
        {
            "role": mask(turn.get("role", "unknown"), kinds).replace("\x00", _NOWHERE),
            "words": words,
            "begin": turn.get("begin"),
            "end": turn.get("end"),
        }
        for turn, words in zip(source, hidden, strict=True)
    ]
