"""The models at hand and the one in force: folders in ``<data>/models``, and ``active.json``, which names it.

Whoever activates writes the file; every worker looks at it and changes over between two requests.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from huashu import ArtifactError, Classifier, InputError
from huashu.artifact import ARRAYS, MANIFEST, SHIPPED, load

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
        """What is in force; InputError when the file that says it is damaged."""
        try:
            text = (self.folder / ACTIVE).read_text(encoding="utf-8")
        except FileNotFoundError:
            return Choice()
        try:
            return Choice(**json.loads(text))
        except (ValueError, TypeError):
            raise InputError(f"{self.folder / ACTIVE}: is damaged; delete it and activate a model again") from None

    def versions(self) -> list[str]:
        """Versions in the folder, by name."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if _VERSION.fullmatch(path.name) and path.is_dir())

    def load(self, version: str | None, operating_point: str | None) -> Classifier:
        """The model of ``version`` (None: the one to start with) at an operating point; its own default when it has
        none of that name. ArtifactError when it is damaged."""
        classifier = Classifier.load(self.base if version is None else self.folder / version)
        if operating_point is None:
            return classifier
        if version is None or operating_point in classifier.manifest.operating_points:
            return classifier.at(operating_point)
        return classifier

    def find(self, version: str) -> Classifier | None:
        """The model of ``version``, be it in the folder or the one to start with; None when it is neither."""
        if version in self.versions():
            return Classifier.load(self.folder / version)
        base = Classifier.load(self.base)
        return base if base.version == version else None

    def add(self, source: Path) -> str:
        """Verify an artifact and copy it into the folder; returns its version. InputError when another artifact with
        the same arrays, and so of the same version, is there."""
        version = load(source).version
        target = self.folder / version
        if target.exists():
            try:
                load(target)
            except ArtifactError:
                shutil.rmtree(target)
            else:
                if (source / MANIFEST).read_bytes() != (target / MANIFEST).read_bytes():
                    raise InputError(f"{target}: is of the same version with another manifest; delete it first")
                return version
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=self.folder, prefix=".adding-") as folder:
            partial = Path(folder) / version
            partial.mkdir()
            for name in (ARRAYS, MANIFEST):
                shutil.copyfile(source / name, partial / name)
            load(partial)
            os.replace(partial, target)
        return version

    def keep_base(self) -> None:
        """Copy the model to start with into the folder: what it decides can be replayed after it was upgraded."""
        self.add(SHIPPED if self.base is None else self.base)

    def activate(self, version: str | None) -> Choice:
        """Put ``version`` in force after verifying it; InputError when it is not in the folder."""
        if version is not None and version not in self.versions():
            raise InputError("no model of this version is here; see `huashu models list`")
        load(self.folder / version) if version else Classifier.load(self.base)
        before = self.choice()
        if version == before.active:
            return before
        return self._write(Choice(version, before.active))

    def rollback(self) -> Choice:
        """Put the model before the present one in force; a second rollback goes forward again."""
        if not (self.folder / ACTIVE).exists():
            raise InputError("there is no model to go back to: none was activated yet")
        return self.activate(self.choice().previous)

    def _write(self, choice: Choice) -> Choice:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = self.folder / f".{ACTIVE}.{os.getpid()}"
        partial.write_text(json.dumps({"active": choice.active, "previous": choice.previous}), encoding="utf-8")
        os.replace(partial, self.folder / ACTIVE)
        return choice
