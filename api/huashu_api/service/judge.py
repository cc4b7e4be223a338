"""How one request is judged: the model, the phrases of the lexicon, and the shape of the answer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from huashu import Assessment, Classifier, InputError
from huashu.labels import ACTIONS, REGISTERS, SCHEMES, TACTICS
from huashu_api.service.requests import Options
from huashu_api.service.store.lexicon import Hit, Lexicon, adjustment
from huashu_api.service.store.records import Source, masked_result, pieces_of


@dataclass(frozen=True, slots=True)
class Judge:
    """The model and the lexicon that one request or call is judged with: both stay the same until its end."""

    classifier: Classifier
    lexicon: Lexicon

    def at(self, operating_point: str | None) -> Judge:
        """The same at another operating point (None: the present one); InputError when there is none of that name."""
        if operating_point is None:
            return self
        # The model's own message would repeat the name that was sent.
        points = self.classifier.manifest.operating_points
        if operating_point not in points:
            raise InputError(f"unknown operating point; this model has {', '.join(points)}")
        return Judge(self.classifier.at(operating_point), self.lexicon)

    def result(self, source: Source) -> dict[str, Any]:
        """The full answer to ``source`` as plain data, without an id."""
        pieces = pieces_of(source)
        hits = self.lexicon.hits(pieces, listed=not isinstance(source, str))
        return self.told(self.classifier.assess(source, adjustment(hits, pieces)), hits)

    def told(self, said: Assessment, hits: tuple[Hit, ...]) -> dict[str, Any]:
        """What ``said`` means as a full answer; ``hits`` are the phrases that it was adjusted by."""
        return said.to_dict() | {
            "id": None,
            "operating_point": self.classifier.operating_point,
            "lexicon_version": self.lexicon.version,
            "lexicon": [asdict(hit) for hit in hits],
            "names": None,
        }


def shaped(result: dict[str, Any], source: Source, options: Options) -> dict[str, Any]:
    """A full result as ``options`` ask for it."""
    if options.masking:
        result = masked_result(result, source)
    if not options.evidence:
        result = result | {"tactics": [], "facts": [], "reasons": [], "timeline": [], "missing": [], "why_not": None}
    if options.language:
        result = result | {"names": _names(result, options.language)}
    return result


def _names(result: dict[str, Any], language: str) -> dict[str, Any]:
    scheme = SCHEMES[result["scheme"]]
    return {
        "action": getattr(ACTIONS[result["action"]], language),
        "scheme": getattr(scheme, language),
        "register": getattr(REGISTERS[result["register"]], language),
        "tactics": {span["tactic"]: getattr(TACTICS[span["tactic"]], language) for span in result["tactics"]},
        "advice": getattr(scheme, f"advice_{language}"),
    }
