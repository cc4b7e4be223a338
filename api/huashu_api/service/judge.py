"""How one request is judged: the model, the entries of the lexicon, and what is asked of the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from huashu import Assessment, Classifier, InputError, Source, Verdict
from huashu.assess import notes_of
from huashu.interrupt import checkpoint
from huashu.reading.dialogue import pieces_of, split
from huashu.reading.normalise import normalise
from huashu_api.service.answers import Answer
from huashu_api.service.lexicon import Hit, Lexicon, adjustment
from huashu_api.service.masked import masked_source
from huashu_api.service.requests import FileOptions, Options


@dataclass(frozen=True, slots=True)
class Judge:
    """The model and the lexicon that one request or call is judged with: both stay the same until its end."""

    classifier: Classifier
    lexicon: Lexicon
    folder: Path | None = None
    """Where the model was loaded from; None: it is the shipped one."""

    def at(self, operating_point: str | None) -> Judge:
        """The same at another operating point (None: the present one); InputError when there is none of that name."""
        if operating_point in (None, self.classifier.operating_point):
            return self
        # The model's own message would repeat the name that was sent.
        points = self.classifier.manifest.operating_points
        if operating_point not in points:
            raise InputError(f"unknown operating point; this model has {', '.join(points)}")
        return Judge(self.classifier.at(operating_point), self.lexicon, self.folder)

    def answer(self, source: Source, evidence: bool = True) -> Answer:
        """The answer to ``source``, with all evidence, or with the verdict alone at less than half the cost.
        InputError when it cannot be judged."""
        pieces = pieces_of(source)
        hits = self.lexicon.hits(pieces, listed=not isinstance(source, str))
        if evidence:
            return self.explained(self.classifier.assess(source, adjustment(hits, pieces)), hits)
        return self._unexplained(self.classifier.judge(source, adjustment(hits, pieces)), source, hits)

    def answers(self, asked: Sequence[Asked], kinds: Sequence[str] | None) -> list[Answered | InputError]:
        """The answer to each of ``asked``, with what may be kept of it where ``kinds`` of personal data are to be
        masked; what cannot be judged has its error in its place. Those that ask for no evidence are judged together
        where no lexicon applies, at a fraction of the cost."""
        together = [one for one in asked if self._is_plain(one)]
        plain = iter(self._without_evidence([one.source for one in together]) if together else ())
        outcomes = (next(plain) if self._is_plain(one) else self._answered(one) for one in asked)
        return [
            outcome if isinstance(outcome, InputError) else Answered.of(one.source, outcome, kinds)
            for one, outcome in zip(asked, outcomes, strict=True)
        ]

    def _is_plain(self, asked: Asked) -> bool:
        same = asked.operating_point in (None, self.classifier.operating_point)
        return not asked.evidence and same and not self.lexicon.entries

    def _answered(self, asked: Asked) -> Answer | InputError:
        checkpoint()
        try:
            return self.at(asked.operating_point).answer(asked.source, asked.evidence)
        except InputError as error:
            return error

    def _without_evidence(self, sources: Sequence[Source]) -> list[Answer | InputError]:
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


class Asked(NamedTuple):
    """A text or call to judge, with its evidence or without, at an operating point (None: the present one)."""

    source: Source
    evidence: bool = True
    operating_point: str | None = None


class Masked(NamedTuple):
    """What may be kept: an input and the answer to it, both masked; ``exact`` where nothing was hidden in the input."""

    source: Source
    answer: Answer
    exact: bool


class Answered(NamedTuple):
    """An answer, and what may be kept of it where that was asked for."""

    answer: Answer
    masked: Masked | None

    @classmethod
    def of(cls, source: Source, answer: Answer, kinds: Sequence[str] | None) -> Answered:
        """``answer`` to ``source``, masked as well where ``kinds`` (besides numbers) are to be."""
        if kinds is None:
            return cls(answer, None)
        hidden = masked_source(source, kinds)
        exact = pieces_of(hidden) == pieces_of(source)
        return cls(answer, Masked(hidden, answer.masked(hidden, kinds), exact))


def shaped(answered: Answered, options: Options | FileOptions, record: str | None) -> Answer:
    """What is answered as ``options`` ask for it to be told, with the id of its ``record``."""
    answer = answered.masked.answer if options.masking and answered.masked else answered.answer
    answer = answer.with_id(record) if record else answer
    return answer.named(options.language) if options.language else answer
