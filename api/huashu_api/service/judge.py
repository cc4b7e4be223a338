"""How one request is judged: the model, the entries of the lexicon, and what is asked of the answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from huashu import Assessment, Classifier, InputError, Source, Verdict
from huashu.assess import notes_of
from huashu.reading.dialogue import pieces_of, split
from huashu.reading.normalise import normalise
from huashu_api.service.answers import Answer
from huashu_api.service.lexicon import Hit, Lexicon, adjustment
from huashu_api.service.requests import Options
from huashu_api.service.store.records import masked_source


@dataclass(frozen=True, slots=True)
class Judge:
    """The model and the lexicon that one request or call is judged with: both stay the same until its end."""

    classifier: Classifier
    lexicon: Lexicon

    def at(self, operating_point: str | None) -> Judge:
        """The same at another operating point (None: the present one); InputError when there is none of that name."""
        if operating_point in (None, self.classifier.operating_point):
            return self
        # The model's own message would repeat the name that was sent.
        points = self.classifier.manifest.operating_points
        if operating_point not in points:
            raise InputError(f"unknown operating point; this model has {', '.join(points)}")
        return Judge(self.classifier.at(operating_point), self.lexicon)

    def answer(self, source: Source, evidence: bool = True) -> Answer:
        """The answer to ``source``, with all evidence, or with the verdict alone at less than half the cost.
        InputError when it cannot be judged."""
        pieces = pieces_of(source)
        hits = self.lexicon.hits(pieces, listed=not isinstance(source, str))
        if evidence:
            return self.explained(self.classifier.assess(source, adjustment(hits, pieces)), hits)
        return self._unexplained(self.classifier.judge(source, adjustment(hits, pieces)), source, hits)

    def answers(self, sources: Sequence[Source]) -> list[Answer | InputError]:
        """The answers to many sources without evidence, by the model alone: judged together, at a fraction of the cost.
        What cannot be judged has its error in its place."""
        errors: dict[int, InputError] = {}
        verdicts = self.classifier.judge_many(sources, errors.__setitem__)
        return [
            errors[place] if verdict is None else self._unexplained(verdict, source, ())
            for place, (source, verdict) in enumerate(zip(sources, verdicts, strict=True))
        ]

    def explained(self, assessment: Assessment, hits: tuple[Hit, ...]) -> Answer:
        """``assessment`` as an answer; ``hits`` are the entries that it was adjusted by."""
        return Answer.of(assessment, self.classifier.operating_point, self.lexicon.version, hits)

    def _unexplained(self, verdict: Verdict, source: Source, hits: tuple[Hit, ...]) -> Answer:
        """``verdict`` on ``source`` as an answer whose evidence is empty."""
        words, _ = split(source)
        assessment = Assessment(
            **verdict.parts(),
            part=None,
            tactics=(),
            facts=(),
            reasons=(),
            missing=(),
            timeline=(),
            why_not=None,
            notes=notes_of(normalise("\n".join(words)).text),
            model_version=self.classifier.version,
        )
        return self.explained(assessment, hits)


def shaped(answer: Answer, source: Source, options: Options, kinds: Iterable[str]) -> Answer:
    """``answer`` to ``source`` as ``options`` ask for it to be told; ``kinds`` are masked besides numbers."""
    if options.masking:
        answer = answer.masked(masked_source(source, kinds), kinds)
    return answer.named(options.language) if options.language else answer
