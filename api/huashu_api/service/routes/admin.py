"""Routes around the verdicts: labels, models, lexicon."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from huashu import ArtifactError, InputError, __version__
from huashu.labels import ACTIONS, REGISTERS, SCHEMES, STAGES, TACTICS
from huashu_api.service.admission import Admission, admits
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
from huashu_api.service.lexicon import Entry, Lexicon
from huashu_api.service.models import Choice
from huashu_api.service.problems import ServiceError, responses
from huashu_api.service.requests import HEX_ID, ActivateRequest, PageNumber, PhraseRequest, PhraseTest
from huashu_api.service.routes.access import Admin, CurrentWorker, Scorer
from huashu_api.service.store import lexicons
from huashu_api.service.store.records import PAGE, pages
from huashu_api.service.worker import Worker

router = APIRouter(prefix="/v1")
HexId = Annotated[str, Path(pattern=HEX_ID)]


@router.get("/labels", tags=["assess"], responses=responses())
@admits(Admission.KEYED)
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
@admits(Admission.KEYED)
async def model(worker: CurrentWorker, caller: Scorer) -> ModelInfo:
    """The model that answers, with its thresholds, figures and digests."""
    classifier = worker.judge.classifier
    manifest = classifier.manifest.to_dict()
    recorded = {name: manifest[name] for name in ("operating_points", "thresholds", "corpus", "metrics", "files")}
    return ModelInfo(
        huashu=__version__, version=classifier.version, operating_point=classifier.operating_point, **recorded
    )


def _models(worker: Worker, choice: Choice) -> Models:
    return Models(
        running=worker.judge.classifier.version,
        active=choice.active,
        previous=choice.previous,
        versions=worker.registry.versions(),
    )


@router.get("/models", tags=["models"], responses=responses())
@admits(Admission.KEYED)
async def models(worker: CurrentWorker, caller: Admin) -> Models:
    """The versions at hand and the one in force."""
    return _models(worker, await asyncio.to_thread(worker.registry.choice))


@router.post("/models/activate", tags=["models"], responses=responses(404, 409))
@admits(Admission.KEYED)
async def activate(body: ActivateRequest, worker: CurrentWorker, caller: Admin) -> Models:
    """Put another version in force. Requests in work end with the model that they began with; other workers follow
    within `HUASHU_REFRESH` seconds."""
    return await _change(worker, lambda: worker.registry.activate(body.version), 404)


@router.post("/models/rollback", tags=["models"], responses=responses(409))
@admits(Admission.KEYED)
async def rollback(worker: CurrentWorker, caller: Admin) -> Models:
    """Put the version before the present one in force again."""
    return await _change(worker, worker.registry.rollback, 409)


async def _change(worker: Worker, change: Any, missing: int) -> Models:
    try:
        choice = await asyncio.to_thread(change)
    except ArtifactError:
        raise ServiceError(409, "the model is damaged: its digest differs; add it again") from None
    except InputError as error:
        raise ServiceError(missing, str(error)) from None
    await worker.use_choice(choice)
    return _models(worker, choice)


def _lexicon(shown: Lexicon, page: int = 1) -> LexiconAnswer:
    entries = shown.entries[(page - 1) * PAGE : page * PAGE]
    return LexiconAnswer(version=shown.version, entries=list(entries), pages=pages(len(shown.entries)))


@router.get("/lexicon", tags=["lexicon"], responses=responses(404))
@admits(Admission.KEYED)
async def read_lexicon(
    worker: CurrentWorker,
    caller: Scorer,
    version: Annotated[int | None, Query(ge=0, lt=2**31)] = None,
    page: PageNumber = 1,
) -> LexiconAnswer:
    """The phrases in force, or those of an earlier version, by pages of 100."""
    return _lexicon(await asyncio.to_thread(lexicons.read, worker.store, version), page)


@router.post("/lexicon/phrases", tags=["lexicon"], status_code=201, responses=responses(409))
@admits(Admission.KEYED)
async def add_phrase(body: PhraseRequest, worker: CurrentWorker, caller: Admin) -> LexiconAnswer:
    """Add a phrase; answers with the new version's last page. It holds from the next request on."""
    limit = worker.settings.lexicon_size
    new = await asyncio.to_thread(
        lexicons.add, worker.store, body.phrase, body.scheme, body.weight, body.note, caller.key_id, limit
    )
    worker.use_lexicon(new)
    return _lexicon(new, pages(len(new.entries)))


@router.delete("/lexicon/phrases/{phrase_id}", tags=["lexicon"], responses=responses(404, 409))
@admits(Admission.KEYED)
async def remove_phrase(phrase_id: HexId, worker: CurrentWorker, caller: Admin) -> LexiconAnswer:
    """Remove a phrase; answers with the new version's first page."""
    new = await asyncio.to_thread(lexicons.remove, worker.store, phrase_id, caller.key_id)
    worker.use_lexicon(new)
    return _lexicon(new)


@router.post("/lexicon/test", tags=["lexicon"], responses=responses())
@admits(Admission.JUDGING)
async def test_lexicon(body: PhraseTest, worker: CurrentWorker, caller: Scorer) -> PhraseTestAnswer:
    """What the lexicon, with one phrase more if given, makes of a text. Nothing is kept."""
    worker.check_length(len(body.text))
    judge, entries = worker.judge, worker.judge.lexicon.entries
    if body.trial is not None:
        trial = body.trial
        entries = (*entries, Entry("trial", trial.phrase, trial.scheme, trial.weight, None, 0))
    tried = Judge(judge.classifier, Lexicon(judge.lexicon.version, entries))

    def work() -> PhraseTestAnswer:
        answer = tried.answer(body.text, evidence=False)
        return PhraseTestAnswer(
            without=Brief.of(judge.classifier.judge(body.text)),
            with_lexicon=Brief.of(answer),
            hits=list(answer.lexicon),
        )

    return await worker.gate.run(work, caller.name)
