"""What a worker holds while it runs: settings, store, the model and the lexicon in force, queue, sessions."""

from __future__ import annotations

import asyncio
import contextlib
import math
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from huashu import Classifier, HuashuError, InputError
from huashu.reading.dialogue import pieces_of
from huashu_api.service import metrics
from huashu_api.service.aside import LONG, Aside
from huashu_api.service.gate import Gate
from huashu_api.service.judge import Answered, Asked, Judge
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
from huashu_api.service.uploads import JudgedFile, Upload, judged_file

SHARE = 0.5
"""Part of the queue, of the text in work and of the sessions that one key may have."""
READY_SECONDS, TRY_EACH = 1.0, 1.0
"""In which a service that is ready judges a text and writes something; how often it is tried."""
_OWN = "the service itself"
PARENT = "HUASHU_PARENT"
"""Environment variable of the process that looks after several workers; `huashu serve` sets it."""
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
        classifier = self.registry.load(self._choice.active, settings.operating_point)
        self.judge = Judge(classifier, lexicons.read(self.store), self.registry.path(self._choice.active))
        self.aside, self.files = Aside(), Aside()
        """Where long texts and where files are judged."""
        share = SHARE if settings.keys_required else 1.0
        self.gate = Gate(settings.threads, settings.queue, settings.deadline, share)
        self.budget = Budget(settings.max_pending, share)
        self.limits = KeyLimits(settings.rate / settings.workers, max(1, settings.concurrency // settings.workers))
        self.sessions = Sessions(settings.max_sessions, settings.session_idle, share, settings.max_live_characters)
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
        await asyncio.to_thread(self.aside.close)
        await asyncio.to_thread(self.files.close)
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

    def answers(self, judge: Judge, asked: Sequence[Asked], masking: bool = False) -> list[Answered | InputError]:
        """As of :meth:`huashu_api.service.judge.Judge.answers`, long texts aside; masked as well with storage on, or
        where ``masking`` is asked for. Blocks."""
        kinds = self._kinds(masking)
        long = sum(len(piece) for one in asked for piece in pieces_of(one.source)) > LONG
        return self.aside.answers(judge, asked, kinds) if long else judge.answers(asked, kinds)

    def judged_file(self, judge: Judge, upload: Upload, masking: bool) -> JudgedFile:
        """As of :func:`huashu_api.service.uploads.judged_file`, aside. Blocks."""
        return self.files.do(judge, partial(judged_file, upload=upload, kinds=self._kinds(masking)))

    def _kinds(self, masking: bool) -> tuple[str, ...] | None:
        return self.settings.masked_kinds if masking or self.settings.store else None

    def issue(self, answered: Sequence[Answered], channels: Sequence[str | None], key_id: str | None) -> list[Any]:
        """The ids of records of what was ``answered`` (through ``channels``), which are on disk; None each with storage
        off. What is issued is counted. Blocks."""
        ids: list[Any] = [None] * len(answered)
        if self.settings.store:
            kept = [Kept(*one.masked, channel) for one, channel in zip(answered, channels, strict=True) if one.masked]
            ids = self.records.keep(kept, key_id)
        for one in answered:
            metrics.ASSESSMENTS.labels(one.answer.action, one.answer.scheme, one.answer.model_version).inc()
        return ids

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

    def folder(self, version: str) -> Path | None:
        """Where the model of ``version`` was loaded from; None: it is the shipped one."""
        return self.registry.path(version if version in self.registry.versions() else None)

    def use_lexicon(self, new: Lexicon) -> None:
        """Judge with ``new`` from the next request on, unless a newer one was taken over meanwhile."""
        if new.version < self.judge.lexicon.version:
            return
        self.judge = replace(self.judge, lexicon=new)

    async def use_choice(self, choice: Choice) -> None:
        """Judge with the model of ``choice`` from the next request on; the old one serves until it is loaded."""
        classifier = await asyncio.to_thread(self.registry.load, choice.active, self.settings.operating_point)
        self._choice = choice
        self.judge = Judge(classifier, self.judge.lexicon, self.registry.path(choice.active))
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
        parent = os.environ.get(PARENT)
        while True:
            await asyncio.sleep(self.settings.refresh)
            if parent is not None and parent != str(os.getppid()):
                logger.error("the process that looks after the workers has ended; this one ends, too")
                os.kill(os.getpid(), signal.SIGTERM)
                return
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
