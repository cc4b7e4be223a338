"""Long texts and files are judged aside, in a process of their own: the interpreter lets one thread run at a time, so
that a long text beside short ones would take their time and the event loop's; and a process can be ended whatever it
does.

Such a process belongs to one worker, starts with the first of its tasks, and speaks with it over pipes; what it reads
was written by this module, hence pickles. ``python -m huashu_api.service.aside`` is its other end.
"""

from __future__ import annotations

import os
import pickle
import resource
import select
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from huashu import Classifier, InputError
from huashu.interrupt import checkpoint
from huashu_api.service.judge import Answered, Asked, Judge
from huashu_api.service.lexicon import Lexicon
from huashu_api.service.problems import ServiceError

T = TypeVar("T")
LONG = 2_000
"""Characters, in all, from which texts are judged aside: some 15 ms of work."""
_LOOK = 0.05
"""Seconds between two looks whether the answer is still wanted."""
_MEMORY = 2 << 30
"""Bytes that the process may take: files can unpack to much more than was sent."""
_NICE = 5
"""Where there is one core for both, the worker comes first."""
_SIZE = struct.Struct("<Q")


@dataclass(frozen=True, slots=True)
class _Task:
    """What is sent: the folder of the model, its operating point, the lexicon, and what to do with the judge that they
    make: a function of a module, or a part of one."""

    folder: Path | None
    operating_point: str
    lexicon: Lexicon
    work: Callable[[Judge], Any]


class Aside:
    """The process beside a worker. It judges one task at a time; threads that ask wait for one another."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def answers(self, judge: Judge, asked: Sequence[Asked], kinds: Sequence[str] | None) -> list[Answered | InputError]:
        """As of :meth:`huashu_api.service.judge.Judge.answers`, and :meth:`do`."""
        return self.do(judge, partial(Judge.answers, asked=asked, kinds=kinds))

    def do(self, judge: Judge, work: Callable[[Judge], T]) -> T:
        """What ``work`` makes of ``judge``, in the process. Where it is cut off (see :mod:`huashu.interrupt`), the
        process is ended; ServiceError 503 when it ended by itself."""
        task = _Task(judge.folder, judge.classifier.operating_point, judge.lexicon, work)
        while not self._lock.acquire(timeout=_LOOK):
            checkpoint()
        try:
            found: T = self._ask(task)
            return found
        except BaseException:
            self._end()
            raise
        finally:
            self._lock.release()

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _ask(self, task: _Task) -> Any:
        process = self._running()
        assert process.stdin
        assert process.stdout
        with _told_when_gone():
            _send(process.stdin, task)
        while not select.select([process.stdout], [], [], _LOOK)[0]:
            checkpoint()
        with _told_when_gone():
            outcome = _receive(process.stdout)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._process is None:
            command = [sys.executable, "-m", "huashu_api.service.aside"]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        return self._process

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            for pipe in (process.stdin, process.stdout):
                assert pipe
                with suppress(OSError):
                    pipe.close()
            process.wait()


@contextmanager
def _told_when_gone() -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError):
        raise ServiceError(503, "this could not be judged now; send it again later", 2) from None


def _send(pipe: BinaryIO | Any, value: Any) -> None:
    data = pickle.dumps(value)
    pipe.write(_SIZE.pack(len(data)) + data)
    pipe.flush()


def _receive(pipe: BinaryIO | Any) -> Any:
    head = pipe.read(_SIZE.size)
    if len(head) < _SIZE.size:
        raise EOFError
    (size,) = _SIZE.unpack(head)
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return pickle.loads(data)


def _done(task: _Task, models: dict[Path | None, Classifier]) -> Any:
    if task.folder not in models:
        models.clear()
        models[task.folder] = Classifier.load(task.folder)
    classifier = models[task.folder].at(task.operating_point)
    return task.work(Judge(classifier, task.lexicon, task.folder))


def main() -> None:
    """Judge what comes in, until nothing more can come."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the worker's business
    os.nice(_NICE)
    with suppress(ValueError, OSError):  # where less is allowed already
        resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
    with open(os.dup(1), "wb") as answers:
        os.dup2(2, 1)  # whatever prints must not stand among the answers
        models: dict[Path | None, Classifier] = {}
        with suppress(EOFError, BrokenPipeError):
            while True:
                task = _receive(sys.stdin.buffer)
                try:
                    outcome = _done(task, models)
                except Exception as error:
                    outcome = error
                _send(answers, outcome)


if __name__ == "__main__":
    main()
