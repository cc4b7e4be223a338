"""The models at hand and the one in force: folders in ``<data>/models``, and ``active.json``, which names it.

Whoever activates writes the file; every worker looks at it and changes over between two requests.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from huashu import ArtifactError, Classifier, InputError
from huashu.artifact import ARRAYS, MANIFEST, SHIPPED, load
from huashu.files import replace_file

ACTIVE = "active.json"
_VERSION = re.compile(r"[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Choice:
    """The version in force and the one before it; None is the model that the service was started with."""

    active: str | None = None
    previous: str | None = None


class Registry:
    """Models in a folder. Every model is verified by its digests before it is used."""

    def __init__(self, folder: Path, base: Path | None = None) -> None:
        self.folder, self.base = folder, base

    def choice(self) -> Choice:
        """What is in force; ArtifactError when the file that says it is damaged."""
        try:
            text = (self.folder / ACTIVE).read_text(encoding="utf-8")
        except FileNotFoundError:
            return Choice()
        try:
            return Choice(**json.loads(text))
        except (ValueError, TypeError):
            raise ArtifactError(f"{self.folder / ACTIVE}: is damaged; delete it and activate a model again") from None

    def versions(self) -> list[str]:
        """Versions in the folder, by name."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if _VERSION.fullmatch(path.name) and path.is_dir())

    def load(self, version: str | None, operating_point: str | None) -> Classifier:
        """The model of ``version`` (None: the one to start with) at an operating point; its own default when it has
        none of that name. ArtifactError when it is damaged."""
        classifier = self._load(version)
        if operating_point is None:
            return classifier
        if version is None or operating_point in classifier.manifest.operating_points:
            return classifier.at(operating_point)
        return classifier

    def path(self, version: str | None) -> Path | None:
        """Where the model of ``version`` is; None: it is the shipped one."""
        return self.base if version is None else self.folder / version

    def _load(self, version: str | None) -> Classifier:
        classifier = Classifier.load(self.path(version))
        if version not in (None, classifier.version):
            raise ArtifactError(f"{self.folder / str(version)}: holds model {classifier.version}; add it again")
        classifier.try_out()
        return classifier

    def find(self, version: str) -> Classifier | None:
        """The model of ``version``, be it in the folder or the one to start with; None when it is neither."""
        if version in self.versions():
            return self._load(version)
        base = Classifier.load(self.base)
        return base if base.version == version else None

    def add(self, source: Path) -> str:
        """Verify an artifact and copy it into the folder, in the place of a damaged one of its version; returns its
        version. ArtifactError when it cannot be used."""
        version = load(source).version
        target = self.folder / version
        with self._alone():
            with contextlib.suppress(ArtifactError):
                if load(target).version == version:
                    return version
            with tempfile.TemporaryDirectory(dir=self.folder, prefix=".adding-") as folder:
                partial = Path(folder) / version
                partial.mkdir()
                for name in (ARRAYS, MANIFEST):
                    shutil.copyfile(source / name, partial / name)
                load(partial)
                if target.exists():
                    os.replace(target, Path(folder) / "damaged")
                os.replace(partial, target)
        return version

    def keep_base(self) -> None:
        """Copy the model to start with into the folder: what it decides can be replayed after it was upgraded."""
        self.add(SHIPPED if self.base is None else self.base)

    def activate(self, version: str | None) -> Choice:
        """Put ``version`` in force after verifying it and trying it out; InputError when it is not in the folder,
        ArtifactError when it cannot be used."""
        if version is not None and version not in self.versions():
            raise InputError("no model of this version is here; see `huashu models list`")
        self._load(version)
        with self._alone():
            before = self.choice()
            return before if version == before.active else self._write(Choice(version, before.active))

    def rollback(self) -> Choice:
        """Put the model before the present one in force; a second rollback goes forward again."""
        if not (self.folder / ACTIVE).exists():
            raise InputError("there is no model to go back to: none was activated yet")
        before = self.choice()
        self._load(before.previous)
        with self._alone():
            if self.choice() != before:
                raise InputError("another model was put in force at the same time; look at `huashu models list`")
            return self._write(Choice(before.previous, before.active))

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Nobody else, in this or another process, changes the folder within the block. The lock goes with its
        holder."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.folder / ".lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _write(self, choice: Choice) -> Choice:
        text = json.dumps({"active": choice.active, "previous": choice.previous})
        replace_file(self.folder / ACTIVE, text.encode())
        return choice
