"""What judges: the linear models, what their outputs mean, and the segmenter that they read with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from huashu.reading.segmenter import Cut
from huashu.reading.tokens import Token
from huashu.reading.windows import windows
from huashu.scoring.linear import LinearModel
from huashu.scoring.text_model import score_texts
from huashu.verdict.decide import Heads, TacticHeads


@dataclass(frozen=True, slots=True)
class Model:
    """Everything a verdict and its evidence are made of, at one operating point.

    ``document`` scores whole texts, ``heads`` say what its outputs mean; ``clause`` scores clauses, ``tactics`` say
    what its outputs mean; ``scripts`` maps a scheme to the moves that its texts show most often, in the order of the
    script; ``cut`` is the segmenter; ``version`` names the model."""

    version: str
    document: LinearModel
    heads: Heads
    clause: LinearModel
    tactics: TacticHeads
    scripts: Mapping[str, Sequence[str]]
    cut: Cut

    def deciding_part(self, tokens: Sequence[Token]) -> Sequence[Token]:
        """The part with the highest risk of a long text (see :mod:`huashu.reading.windows`), all of any other."""
        parts = [tokens, *windows(tokens)]
        if len(parts) == 1:
            return tokens
        return parts[int(self.heads.log_odds(score_texts(self.document, parts)).argmax())]
