"""The model artifact: a folder with ``manifest.json`` and ``model.npz``. Verified first, then built; never a pickle."""

from __future__ import annotations

import hashlib
import io
import json
import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from huashu.errors import ArtifactError
from huashu.evidence.clauses import CLAUSE
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
        """Name of this model: the first 12 hexadecimal digits of its array file's digest."""
        return self.manifest.files[ARRAYS][:12]

    def model(self, cut: Cut, operating_point: str | None = None) -> Model:
        """What judges with it, at one of its operating points by name (None: its default); InputError when it has no
        such point."""
        _, point = self.manifest.operating_point(operating_point)
        heads, tactics = self.manifest.heads(point), self.manifest.tactic_heads()
        return Model(self.version, self.document, heads, self.clause, tactics, self.manifest.scripts, cut)


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def save(folder: Path, manifest: Manifest, document: LinearModel, clause: LinearModel) -> Manifest:
    """Write the artifact into ``folder``; each file appears whole or not at all, the manifest last. Returns the
    manifest as written, with the digest of the arrays."""
    folder.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **(document.arrays("document") | clause.arrays("clause")))
    full = replace(manifest, files={ARRAYS: _digest(buffer.getvalue())})
    text = json.dumps(full.to_dict(), ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    for name, data in ((ARRAYS, buffer.getvalue()), (MANIFEST, text.encode())):
        partial = folder / f"{name}.partial"
        partial.write_bytes(data)
        os.replace(partial, folder / name)
    return full


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ArtifactError(
            f"{path}: cannot be read ({error.strerror}); name the folder that `huashu train` wrote"
        ) from None


def _manifest(folder: Path) -> Manifest:
    path = folder / MANIFEST
    try:
        data = json.loads(_read(path))
    except (ValueError, RecursionError):
        raise ArtifactError(f"{path}: is not valid JSON; train the model again") from None
    manifest = Manifest.parse(data, str(path))
    if ARRAYS not in manifest.files:
        raise ArtifactError(f"{path}: lacks 'files.{ARRAYS}'; train the model again")
    return manifest


def load(folder: Path | str) -> Artifact:
    """Read and verify the artifact in ``folder``.

    Raises ArtifactError when a file is missing or unreadable, its digest differs from the manifest's, the manifest
    lacks a part, the format version or the labels are not this version's, or the arrays do not fit together."""
    folder = Path(folder)
    manifest = _manifest(folder)
    data = _read(folder / ARRAYS)
    if manifest.files[ARRAYS] != _digest(data):
        raise ArtifactError(f"{folder / ARRAYS}: is damaged (its digest differs); copy the artifact again")
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        named = {name: arrays[name] for name in arrays.files}
    document = LinearModel.from_arrays(named, "document", DOCUMENT)
    clause = LinearModel.from_arrays(named, "clause", CLAUSE)
    if (len(document.intercept), len(clause.intercept)) != (REGISTER_COLUMNS.stop, len(TACTICS.ids)):
        raise ArtifactError(f"{folder}: the number of outputs does not fit the labels; train the model again")
    return Artifact(manifest, document, clause)
