"""Routes around the verdicts: labels, models, lexicon."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from huashu import ArtifactError, InputError, __version__
from huashu.labels import ACTIONS, REGISTERS, SCHEMES, STAGES, TACTICS
from huashu_api.service.answers import (
    Brief,
    LabelInfo,
    Labels,
    LexiconAnswer,
    ModelInfo,
    Models,
    PhraseTestAnswer,
)
from huashu_api.service.judge import Judge
from huashu_api.service.models import Choice
from huashu_api.service.problems import ServiceError, responses
from huashu_api.service.requests import HEX_ID, ActivateRequest, PhraseRequest, PhraseTest
from huashu_api.service.routes.access import Admin, Here, Scorer
from huashu_api.service.store import lexicon
from huashu_api.service.store.lexicon import Lexicon
from huashu_api.service.worker import Service

router = APIRouter(prefix="/v1")
HexId = Annotated[str, Path(pattern=HEX_ID)]


@router.get("/labels", tags=["assess"], responses=responses())
async def labels(caller: Scorer) -> Labels:
    """All labels with names, definitions and advice."""
    kinds = {"actions": ACTIONS, "schemes": SCHEMES, "registers": REGISTERS, "tactics": TACTICS, "stages": STAGES}
    return Labels(
        **{
            kind: [
                LabelInfo(**{field: getattr(label, field) for field in LabelInfo.model_fields})
                for label in labels.labels
            ]
            for kind, labels in kinds.items()
        }
    )


@router.get("/model", tags=["models"], responses=responses())
async def model(here: Here, caller: Scorer) -> ModelInfo:
    """The model that answers, with its thresholds, figures and digests."""
    classifier = here.judge.classifier
    manifest = classifier.manifest.to_dict()
    recorded = {name: manifest[name] for name in ("operating_points", "thresholds", "corpus", "metrics", "files")}
    return ModelInfo(
        huashu=__version__, version=classifier.version, operating_point=classifier.operating_point, **recorded
    )


def _models(here: Service, choice: Choice) -> Models:
    return Models(
        running=here.judge.classifier.version,
        active=choice.active,
        previous=choice.previous,
        versions=here.registry.versions(),
    )


@router.get("/models", tags=["models"], responses=responses())
async def models(here: Here, caller: Admin) -> Models:
    """The versions at hand and the one in force."""
    return _models(here, await asyncio.to_thread(here.registry.choice))


@router.post("/models/activate", tags=["models"], responses=responses(404, 409))
async def activate(body: ActivateRequest, here: Here, caller: Admin) -> Models:
    """Put another version in force. Requests in work end with the model that they began with; other workers follow
    within `HUASHU_REFRESH` seconds."""
    return await _change(here, lambda: here.registry.activate(body.version), 404)


@router.post("/models/rollback", tags=["models"], responses=responses(409))
async def rollback(here: Here, caller: Admin) -> Models:
    """Put the version before the present one in force again."""
    return await _change(here, here.registry.rollback, 409)


async def _change(here: Service, change: Any, missing: int) -> Models:
    try:
        choice = await asyncio.to_thread(change)
    except ArtifactError:
        raise ServiceError(409, "the model is damaged: its digest differs; add it again") from None
    except InputError as error:
        raise ServiceError(missing, str(error)) from None
    await here.use_choice(choice)
    return _models(here, choice)


def _lexicon(found: Lexicon) -> LexiconAnswer:
    return LexiconAnswer(version=found.version, entries=list(found.entries))


@router.get("/lexicon", tags=["lexicon"], responses=responses(404))
async def read_lexicon(
    here: Here, caller: Scorer, version: Annotated[int | None, Query(ge=0, lt=2**31)] = None
) -> LexiconAnswer:
    """The phrases in force, or those of an earlier version."""
    return _lexicon(await asyncio.to_thread(lexicon.read, here.store, version))


@router.post("/lexicon/phrases", tags=["lexicon"], status_code=201, responses=responses(409))
async def add_phrase(body: PhraseRequest, here: Here, caller: Admin) -> LexiconAnswer:
    """Add a phrase; answers with the new version, which holds from the next request on."""
    limit = here.settings.lexicon_size
    new = await asyncio.to_thread(
        lexicon.add, here.store, body.phrase, body.scheme, body.weight, body.note, caller.key_id, limit
    )
    here.use_lexicon(new)
    return _lexicon(new)


@router.delete("/lexicon/phrases/{phrase_id}", tags=["lexicon"], responses=responses(404, 409))
async def remove_phrase(phrase_id: HexId, here: Here, caller: Admin) -> LexiconAnswer:
    """Remove a phrase; answers with the new version."""
    new = await asyncio.to_thread(lexicon.remove, here.store, phrase_id, caller.key_id)
    here.use_lexicon(new)
    return _lexicon(new)


@router.post("/lexicon/test", tags=["lexicon"], responses=responses())
async def test_lexicon(body: PhraseTest, here: Here, caller: Scorer) -> PhraseTestAnswer:
    """What the lexicon, with one phrase more if given, makes of a text. Nothing is kept."""
    here.check_length(len(body.text))
    judge, entries = here.judge, here.judge.lexicon.entries
    if body.trial is not None:
        trial = body.trial
        entries = (*entries, lexicon.Entry("trial", trial.phrase, trial.scheme, trial.weight, None, 0))
    tried = Judge(judge.classifier, Lexicon(judge.lexicon.version, entries))

    def work() -> PhraseTestAnswer:
        said = judge.classifier.assess(body.text)
        result = tried.result(body.text)
        fields = Brief.model_fields
        return PhraseTestAnswer(
            without=Brief(**{name: getattr(said, name) for name in fields}),
            with_lexicon=Brief(**{name: result[name] for name in fields}),
            hits=[lexicon.Hit(**hit) for hit in result["lexicon"]],
        )

    return await here.gate.run(work)
