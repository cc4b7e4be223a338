"""What judges: the linear models, what their outputs mean, and the segmenter that they read with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from huashu.reading.parts import parts
from huashu.reading.segmenter import Cut
from huashu.reading.tokens import Token
from huashu.scoring.grams import Columns
from huashu.scoring.linear import LinearModel
from huashu.scoring.text_model import Scored, document_rows, score_texts
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

    def deciding_part(self, tokens: Sequence[Token]) -> Scored:
        """The part with the highest risk of a long text (see :mod:`huashu.reading.parts`), all of any other."""
        read = parts(tokens)
        best = 0
        if len(read) > 1:
            best = int(self.heads.risk.log_odds(score_texts(self.document, read)).argmax())
        columns = Columns.of(read[best])
        vector = self.document.vector(document_rows(self.document, columns))
        return Scored(columns, vector, self.document.score(vector), len(read))
