"""The model artifact: a folder with ``manifest.json`` and ``model.npz``. Verified first, then built; never a pickle.

Format version 3. To change the layout: raise ``FORMAT_VERSION``, say in the CHANGELOG what changed, train the shipped
artifact again, and keep no reader for the old version unless an artifact of that version was released.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from huashu.errors import ArtifactError, InputError
from huashu.evidence.clauses import CLAUSE
from huashu.labels import REGISTERS, SCHEMES, TACTICS
from huashu.scoring.linear import LinearModel
from huashu.scoring.text_model import DOCUMENT

FORMAT_VERSION = 3
MANIFEST = "manifest.json"
ARRAYS = "model.npz"
SHIPPED = Path(__file__).parent / "data" / "artifact"


@dataclass(frozen=True, slots=True)
class Artifact:
    """A verified model.

    ``document`` scores a whole text: the fraud head, the report head, the schemes, the registers, in label order;
    ``clause`` scores a :class:`huashu.evidence.clauses`, one column a tactic. The manifest's ``scripts`` hold for each
    scheme the moves that its texts show most often, in the order of the script; its ``calibration`` ``risk`` (see
    :class:`huashu.verdict.risk.RiskModel`), ``sharpness`` (factors on scheme and register scores before the softmax)
    and ``tactics`` (a :class:`huashu.verdict.risk.Calibration` each). Its ``operating_points`` hold by name ``alert``
    and ``review`` (thresholds on risk), the ``rule`` that they keep and the figures ``expected`` of them;
    ``default_operating_point`` names one; its ``thresholds`` hold ``tactic`` (probability, by tactic id).
    """

    manifest: Mapping[str, Any]
    document: LinearModel
    clause: LinearModel

    def operating_point(self, name: str | None) -> tuple[str, Mapping[str, float]]:
        """Name and thresholds of an operating point (None: the default); InputError when there is no such point."""
        points: Mapping[str, Any] = self.manifest["operating_points"]
        name = str(self.manifest["default_operating_point"]) if name is None else name
        if name not in points:
            raise InputError(f"unknown operating point {name!r}; this model has {', '.join(points)}")
        return name, points[name]

    @property
    def version(self) -> str:
        """Name of this model: the first 12 hexadecimal digits of its array file's digest."""
        return str(self.manifest["files"][ARRAYS])[:12]


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def save(folder: Path, manifest: Mapping[str, Any], document: LinearModel, clause: LinearModel) -> None:
    """Write the artifact into ``folder``; each file appears whole or not at all, the manifest last."""
    folder.mkdir(parents=True, exist_ok=True)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, allow_pickle=False, **(document.arrays("document") | clause.arrays("clause")))
    full = {"format_version": FORMAT_VERSION, **manifest, "files": {ARRAYS: _digest(buffer.getvalue())}}
    text = json.dumps(full, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    for name, data in ((ARRAYS, buffer.getvalue()), (MANIFEST, text.encode())):
        partial = folder / f"{name}.partial"
        partial.write_bytes(data)
        os.replace(partial, folder / name)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ArtifactError(
            f"{path}: cannot be read ({error.strerror}); name the folder that `huashu train` wrote"
        ) from None


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads(_read(folder / MANIFEST))
    except ValueError:
        raise ArtifactError(f"{folder / MANIFEST}: is not valid JSON; train the model again") from None
    if not isinstance(manifest, dict) or manifest.get("format_version") != FORMAT_VERSION:
        found = manifest.get("format_version") if isinstance(manifest, dict) else None
        raise ArtifactError(
            f"{folder}: artifact format {found!r}, this Huashu reads {FORMAT_VERSION}; train it again with this version"
        )
    for field, labels in (("schemes", SCHEMES), ("registers", REGISTERS), ("tactics", TACTICS)):
        if tuple(manifest.get("labels", {}).get(field, ())) != labels.ids:
            raise ArtifactError(f"{folder}: its {field} are not those of this Huashu; train it again with this version")
    return manifest


def load(folder: Path | str) -> Artifact:
    """Read and verify the artifact in ``folder``.

    Raises ArtifactError when a file is missing or unreadable, its digest differs from the manifest's, the format
    version or the labels are not this version's, or the arrays do not fit together.
    """
    folder = Path(folder)
    manifest = _manifest(folder)
    data = _read(folder / ARRAYS)
    if manifest.get("files", {}).get(ARRAYS) != _digest(data):
        raise ArtifactError(f"{folder / ARRAYS}: is damaged (its digest differs); copy the artifact again")
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        named = {name: arrays[name] for name in arrays.files}
    document = LinearModel.from_arrays(named, "document", DOCUMENT)
    clause = LinearModel.from_arrays(named, "clause", CLAUSE)
    if len(document.intercept) != 2 + len(SCHEMES.ids) + len(REGISTERS.ids) or len(clause.intercept) != len(
        TACTICS.ids
    ):
        raise ArtifactError(f"{folder}: the number of outputs does not fit the labels; train the model again")
    return Artifact(manifest, document, clause)
