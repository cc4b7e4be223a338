"""The model artifact: a folder with ``manifest.json`` and ``model.npz``. Verified first, then built; never a pickle.

The manifest holds two digests: that of the arrays, and its own, over all that it says but this one."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huashu.errors import ArtifactError
from huashu.evidence.clauses import CLAUSE
from huashu.files import replace_file
from huashu.labels import TACTICS
from huashu.manifest import Manifest
from huashu.model import Model
from huashu.reading.segmenter import Cut
from huashu.scoring.linear import LinearModel
from huashu.scoring.text_model import DOCUMENT
from huashu.verdict.outputs import REGISTER_COLUMNS

MANIFEST = "manifest.json"
ARRAYS = "model.npz"
SHIPPED = Path(__file__).parent / "data" / "artifact"


@dataclass(frozen=True, slots=True)
class Artifact:
    """A verified model.

    ``document`` scores a whole text: the fraud head, the report head, the schemes, the registers, in label order;
    ``clause`` scores a clause (see :mod:`huashu.evidence.clauses`), one column a tactic.
    """

    manifest: Manifest
    document: LinearModel
    clause: LinearModel

    @property
    def version(self) -> str:
        """Name of this model: the first 12 hexadecimal digits of its manifest's digest."""
        return self.manifest.files[MANIFEST][:12]

    def model(self, cut: Cut, operating_point: str | None = None) -> Model:
        """What judges with it, at one of its operating points by name (None: its default); InputError when it has no
        such point."""
        _, point = self.manifest.operating_point(operating_point)
        heads, tactics = self.manifest.heads(point), self.manifest.tactic_heads()
        return Model(self.version, self.document, heads, self.clause, tactics, self.manifest.scripts, cut)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def sealed(manifest: Manifest) -> Manifest:
    """The manifest with its own digest."""
    files = {name: digest for name, digest in manifest.files.items() if name != MANIFEST}
    plain = replace(manifest, files=files)
    text = json.dumps(plain.to_dict(), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return replace(plain, files=files | {MANIFEST: _digest(text.encode())})


def save(folder: Path, manifest: Manifest, document: LinearModel, clause: LinearModel) -> Manifest:
    """Write the artifact into ``folder``; each file appears whole or not at all, the manifest last. Returns the
    manifest as written, with the digests."""
    folder.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **(document.arrays("document") | clause.arrays("clause")))
    full = sealed(replace(manifest, files={ARRAYS: _digest(buffer.getvalue())}))
    text = json.dumps(full.to_dict(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    for name, data in ((ARRAYS, buffer.getvalue()), (MANIFEST, text.encode())):
        replace_file(folder / name, data)
    return full


MAX_MANIFEST, MAX_FILE, MAX_ARRAYS = 10_000_000, 200_000_000, 1_000_000_000
"""Bytes of a manifest, of a file of arrays, and of the arrays that are packed in it. The shipped model has .1, 7 and 20
million."""


def _read(path: Path, most: int) -> bytes:
    try:
        if path.stat().st_size > most:
            raise ArtifactError(f"{path}: has more than {most:,} bytes, which no model of Huashu has; train it again")
        return path.read_bytes()
    except OSError as error:
        raise ArtifactError(
            f"{path}: cannot be read ({error.strerror}); name the folder that `huashu train` wrote"
        ) from None


def _manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        data = json.loads(_read(path, MAX_MANIFEST))
    except (ValueError, RecursionError):
        raise ArtifactError(f"{path}: is not valid JSON; train the model again") from None
    manifest = Manifest.parse(data, str(path))
    for name in (ARRAYS, MANIFEST):
        if name not in manifest.files:
            raise ArtifactError(f"{path}: lacks 'files.{name}'; train the model again")
    if sealed(manifest) != manifest:
        raise ArtifactError(f"{path}: was changed (its digest differs); copy the artifact again")
    return manifest


def _arrays(data: bytes, where: Path) -> dict[str, NDArray[Any]]:
    """What the file of arrays holds, by name; ArtifactError when it is no such file, or far too large."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(member.file_size for member in archive.infolist()) > MAX_ARRAYS:
                raise ArtifactError(f"{where}: its arrays are far too large; train the model again")
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, MemoryError, NotImplementedError):
        raise ArtifactError(f"{where}: is no file of arrays; copy the artifact again") from None


def load(folder: Path | str) -> Artifact:
    """Read and verify the artifact in ``folder``.

    Raises ArtifactError when a file is missing or unreadable, its digest differs from the manifest's, the manifest
    lacks a part, the format version or the labels are not this version's, or the arrays are not what they should be."""
    folder = Path(folder)
    manifest = _manifest(folder)
    data = _read(folder / ARRAYS, MAX_FILE)
    if manifest.files[ARRAYS] != _digest(data):
        raise ArtifactError(f"{folder / ARRAYS}: is damaged (its digest differs); copy the artifact again")
    named = _arrays(data, folder / ARRAYS)
    document = LinearModel.from_arrays(named, "document", DOCUMENT)
    clause = LinearModel.from_arrays(named, "clause", CLAUSE)
    if (len(document.intercept), len(clause.intercept)) != (REGISTER_COLUMNS.stop, len(TACTICS.ids)):
        raise ArtifactError(f"{folder}: the number of outputs does not fit the labels; train the model again")
    return Artifact(manifest, document, clause)
