"""What a worker holds while it runs: settings, store, the model and the lexicon in force, queue, sessions."""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import Sequence

from huashu import Classifier, HuashuError
from huashu_api.service import metrics
from huashu_api.service.answers import Answer
from huashu_api.service.gate import Gate
from huashu_api.service.judge import Judge
from huashu_api.service.lexicon import Lexicon
from huashu_api.service.limits import Budget, KeyLimits
from huashu_api.service.logs import logger
from huashu_api.service.models import Choice, Registry
from huashu_api.service.problems import ServiceError
from huashu_api.service.sessions import Sessions
from huashu_api.service.settings import Settings
from huashu_api.service.store import lexicons
from huashu_api.service.store.database import Store
from huashu_api.service.store.keys import KeyRing
from huashu_api.service.store.records import ClockError, Kept, Records

SHARE = 0.5
"""Part of the queue, of the text in work and of the sessions that one key may have."""
READY_SECONDS, TRY_EACH = 1.0, 1.0
"""In which a service that is ready judges a text and writes something; how often it is tried."""
_OWN = "the service itself"
RETENTION_ROUNDS = 3600
"""Seconds between looks for records past their retention period."""


class Worker:
    """Everything behind the routes of one process of the service."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store.open(settings.database, settings.deadline)
        self.records = Records(self.store, settings.masked_kinds)
        self.keys = KeyRing(self.store)
        self.registry = Registry(settings.data / "models", settings.model)
        self._choice = self.registry.choice()
        self.judge = Judge(self.registry.load(self._choice.active, settings.operating_point), lexicons.read(self.store))
        share = SHARE if settings.keys_required else 1.0
        self.gate = Gate(settings.threads, settings.queue, settings.deadline, share)
        self.budget = Budget(settings.max_pending, share)
        self.limits = KeyLimits(settings.rate / settings.workers, max(1, settings.concurrency // settings.workers))
        self.sessions = Sessions(settings.max_sessions, settings.session_idle, share)
        self._connected = True
        """Whether the database was there at the last look."""
        self._tried: tuple[float, bool] = (-math.inf, True)
        """When it was last tried whether all works, and whether it did."""
        self._trying: asyncio.Task[bool] | None = None
        self._stuck = False
        self._revived: Classifier | None = None
        """The model that was last needed besides the one in force."""
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begin to look after the lexicon, the model, the keys and the retention period."""
        self._tasks = [asyncio.create_task(self._follow()), asyncio.create_task(self._retain())]

    async def stop(self) -> None:
        """Finish what was accepted and let go of everything."""
        for task in self._tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if self._trying is not None:
            self._trying.cancel()
        await asyncio.to_thread(self.gate.close)
        self.store.close()

    async def ready(self) -> bool:
        """Whether more work can be taken: there is room for it, a text is judged and something is written within
        ``READY_SECONDS``. Tried at most once in ``TRY_EACH`` seconds, by one asker for all."""
        if self.gate.full:
            return False
        if self._trying is None or self._trying.done():
            since, ready = self._tried
            if time.monotonic() - since < TRY_EACH:
                return ready
            self._trying = asyncio.create_task(self._try_out())
        try:
            return await asyncio.wait_for(asyncio.shield(self._trying), READY_SECONDS)
        except TimeoutError:
            return False

    async def _try_out(self) -> bool:
        try:
            await self.gate.run(self.judge.classifier.try_out, _OWN)
            await asyncio.to_thread(self.store.try_out)
            ready = True
        except Exception as error:
            if self._tried[1]:
                logger.error("not ready", exc_info=error)
            ready = False
        self._tried = time.monotonic(), ready
        return ready

    def check_length(self, characters: int) -> None:
        """ServiceError 413 when a text, batch or session is longer than this service takes."""
        limit = self.settings.max_characters
        if characters > limit:
            raise ServiceError(413, f"there are {characters:,} characters; the limit here is {limit:,}: send less")

    def issue(self, items: Sequence[Kept], key_id: str | None) -> list[Answer]:
        """The answers of ``items`` as they may leave: counted and, with storage on, with the ids of records that are on
        disk. Blocks."""
        answers = [item.answer for item in items]
        if self.settings.store:
            ids = self.records.keep(items, key_id)
            answers = [answer.with_id(record) for answer, record in zip(answers, ids, strict=True)]
        for answer in answers:
            metrics.ASSESSMENTS.labels(answer.action, answer.scheme, answer.model_version).inc()
        return answers

    def classifier(self, version: str) -> Classifier:
        """The model of ``version``, for a decision to be made again; ServiceError 409 when it is not here. Blocks."""
        for model in (self.judge.classifier, self._revived):
            if model is not None and model.version == version:
                return model
        revived = self.registry.find(version)
        if revived is None:
            raise ServiceError(409, "the model of this version is not here; name another (see GET /v1/models)")
        self._revived = revived
        return revived

    def use_lexicon(self, new: Lexicon) -> None:
        """Judge with ``new`` from the next request on, unless a newer one was taken over meanwhile."""
        if new.version < self.judge.lexicon.version:
            return
        self.judge = Judge(self.judge.classifier, new)

    async def use_choice(self, choice: Choice) -> None:
        """Judge with the model of ``choice`` from the next request on; the old one serves until it is loaded."""
        classifier = await asyncio.to_thread(self.registry.load, choice.active, self.settings.operating_point)
        self._choice = choice
        self.judge = Judge(classifier, self.judge.lexicon)
        logger.info("model in force", extra={"model": classifier.version})

    async def follow_once(self) -> None:
        """Take over a lexicon, model or keys that another worker or the command line has changed."""
        await asyncio.to_thread(self.keys.refresh)
        if await asyncio.to_thread(lexicons.current_version, self.store) != self.judge.lexicon.version:
            self.use_lexicon(await asyncio.to_thread(lexicons.read, self.store))
        await self._follow_choice()
        self.sessions.expire()
        metrics.SESSIONS.set(len(self.sessions))
        metrics.PENDING.set(self.gate.pending)

    async def _follow_choice(self) -> None:
        """Take over the model in force. One that cannot be used leaves the present one at work, and is told once."""
        try:
            choice = await asyncio.to_thread(self.registry.choice)
            if choice.active != self._choice.active:
                await self.use_choice(choice)
            self._stuck = False
        except HuashuError as error:
            if not self._stuck:
                logger.error("the model to change to cannot be used; the present one goes on", exc_info=error)
            self._stuck = True

    async def _follow(self) -> None:
        while True:
            await asyncio.sleep(self.settings.refresh)
            try:
                await self.follow_once()
                self._connected = True
            except Exception as error:  # a database that is away must not end the look-out
                if self._connected:
                    logger.error("cannot look for changes", exc_info=error)
                self._connected = False

    async def _retain(self) -> None:
        while True:
            try:
                await asyncio.to_thread(self.records.forget, self.settings.retention_days)
            except ClockError as jump:
                logger.error(
                    "the clock has jumped: no records are deleted until `huashu records accept-clock`",
                    extra={"last": f"{jump.last:%Y-%m-%d}"},
                )
            except Exception as error:
                logger.error("cannot delete old records", exc_info=error)
            await asyncio.sleep(RETENTION_ROUNDS)
