"""Scoring a fitted TF-IDF + linear pipeline without scikit-learn.

For each channel a known gram's value is (1 + ln count) * idf, the vector is divided by its damped length (see
``DAMPING``), and the score is its product with the weights; channels and intercept add up. One more value, the
channel's *novelty*, stands for all grams that are not in the vocabulary: the square root of their number, times its own
idf. So a text of which little is known has a short known part and stays near the intercept, instead of being judged by
its few known words at full length.
Equal to the scikit-learn pipeline of ``huashu_training.fit.pipeline`` to 1e-6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huashu.errors import ArtifactError
from huashu.reading.tokens import MARKED
from huashu.scoring.grams import MARK_NUMBERS, UNKNOWN, Keys, Rows

Floats = NDArray[np.float64]

DAMPING = 20.0
"""A channel's vector is divided by sqrt(its squared length + DAMPING squared): the weight of about ten middling grams.
A text of a few words keeps a short vector and so stays near the intercept, as little evidence should."""

_LOGS = np.concatenate(([0.0], 1 + np.log(np.arange(1, 256))))
"""1 + ln n."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One feature channel: the sorted ``keys`` (see :mod:`huashu.scoring.grams`) of the grams that it knows, whose rows
    begin with ``first``. The row after the last is the channel's novelty."""

    name: str
    keys: Keys
    first: int

    @property
    def novelty(self) -> int:
        """The row of all grams that the channel does not know."""
        return self.first + len(self.keys)

    def find(self, keys: Keys) -> Rows:
        """The row of each key."""
        places = self.keys.searchsorted(keys)
        known = self.keys.take(places, mode="clip") == keys
        return np.where(known, places + self.first, self.novelty)


@dataclass(frozen=True, slots=True)
class Vector:
    """One source as TF-IDF: its distinct ``rows`` (k,) and their ``values`` (k,), divided by the damped length;
    ``places`` (grams,) is where each gram stands among the rows, ``counts`` (k,) how often each row occurs."""

    rows: Rows
    values: Floats
    places: Rows
    counts: Rows


@dataclass(frozen=True)
class LinearModel:
    """``words`` and the ``channels`` over them; for the rows of all channels ``idf`` (rows,) and ``weights`` (rows,
    outputs), whole numbers, -127..127, in steps of ``scale`` (outputs,); ``intercept`` (outputs,)."""

    words: Sequence[str]
    channels: tuple[Channel, ...]
    idf: NDArray[np.float32]
    weights: NDArray[np.int8]
    intercept: Floats
    scale: Floats

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """Word, or mark, -> its number in keys."""
        return MARK_NUMBERS | dict(zip(self.words, range(UNKNOWN + 1, UNKNOWN + 1 + len(self.words)), strict=True))

    @cached_property
    def _channel_of(self) -> NDArray[np.uint8]:
        """(rows,): the number of each row's channel."""
        sizes = [len(channel.keys) + 1 for channel in self.channels]
        return np.repeat(np.arange(len(sizes), dtype=np.uint8), sizes)

    @cached_property
    def _packed(self) -> NDArray[np.int64]:
        """The weights, eight outputs in a number: rows are gathered several times as fast."""
        outputs = self.weights.shape[1]
        padded = np.zeros((len(self.weights), -outputs % 8 + outputs), np.int8)
        padded[:, :outputs] = self.weights
        return padded.view(np.int64)

    def _values(self, rows: Rows, counts: Rows, channel: NDArray[np.uint8]) -> Floats:
        """The TF-IDF values of ``rows`` that occur ``counts`` times, before they are divided by a length."""
        values = _LOGS.take(counts, mode="clip")
        many = np.flatnonzero(counts >= len(_LOGS))
        values[many] = 1 + np.log(counts[many])
        novelties = np.array([channel.novelty for channel in self.channels])
        novel = np.flatnonzero(rows == novelties.take(channel))
        values[novel] = np.sqrt(counts[novel])
        return values * self.idf.take(rows)

    def _gather(self, rows: Rows) -> Floats:
        """The weights of ``rows`` (k, outputs and what fills up to a multiple of eight)."""
        return self._packed.take(rows, 0).view(np.int8).astype(np.float64)

    def vector(self, rows: Rows) -> Vector:
        """One source from the rows of its grams."""
        unique, places, counts = np.unique(rows, return_inverse=True, return_counts=True)
        channel = self._channel_of.take(unique)
        values = self._values(unique, counts, channel)
        lengths = np.bincount(channel, values * values, minlength=len(self.channels))
        return Vector(unique, values / np.sqrt(lengths + DAMPING**2).take(channel), places, counts)

    def score(self, vector: Vector) -> Floats:
        """Scores (outputs,) of one source; an empty one gives the intercept."""
        return self.intercept + (vector.values @ self._gather(vector.rows))[: len(self.scale)] * self.scale

    def score_rows(self, rows: Rows, owners: Rows, sources: int) -> Floats:
        """Scores (sources, outputs) from the ``rows`` of the grams of many sources; ``owners`` (grams,) are the
        numbers of their sources, in any order."""
        bits = len(self.idf).bit_length()
        # One number for source and row: sorting it brings equal grams of a source together.
        found = owners << bits | rows
        if sources << bits < 1 << 31:
            found = found.astype(np.int32)  # sorts twice as fast
        found.sort()
        first = np.flatnonzero(np.concatenate((found[:1] >= 0, found[1:] != found[:-1])))
        counts = np.diff(first, append=len(found))
        unique = found.take(first).astype(np.intp)
        rows, owners = unique & ((1 << bits) - 1), unique >> bits
        channel = self._channel_of.take(rows)
        values = self._values(rows, counts, channel)
        group = len(self.channels) * owners + channel
        lengths = np.bincount(group, values * values, minlength=len(self.channels) * sources)
        values /= np.sqrt(lengths + DAMPING**2).take(group)
        totals = np.empty((sources, self._packed.shape[1] * 8))
        bounds = np.searchsorted(owners, np.arange(sources + 1)).tolist()
        for total, start, stop in zip(totals, bounds[:-1], bounds[1:], strict=True):
            np.dot(values[start:stop], self._gather(rows[start:stop]), total)
        return self.intercept + totals[:, : len(self.scale)] * self.scale

    def grams(self, channel: Channel) -> list[str]:
        """The grams of a channel spelt out, in the order of its rows; pairs of words with a blank between them."""
        names = [*MARKED, "", *self.words]
        spelt = []
        for key in channel.keys.tolist():
            if channel.name in CHARACTERS:
                spelt.append("".join(chr(key >> shift & 0xFFFF) for shift in (48, 32, 16, 0) if key >> shift))
            else:
                spelt.append(f"{names[key >> 32]} {names[key & 0xFFFFFFFF]}" if key >> 32 else names[key])
        return spelt

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """The model as plain arrays, named ``prefix.…``, for an ``.npz`` file."""
        words = np.frombuffer("\n".join(self.words).encode(), np.uint8)
        arrays: dict[str, NDArray[Any]] = {"words": words, "idf": self.idf, "weights": self.weights}
        arrays |= {"intercept": self.intercept, "scale": self.scale}
        arrays |= {f"{channel.name}.keys": channel.keys for channel in self.channels}
        return {f"{prefix}.{name}": array for name, array in arrays.items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str, names: Sequence[str]) -> LinearModel:
        """The inverse of :meth:`arrays` for these channels; ArtifactError when something is missing or misshapen."""

        def array(name: str, kind: Any, *shape: int | None) -> NDArray[Any]:
            """The array of a name; its type and shape (None: any length) are checked."""
            found = arrays.get(f"{prefix}.{name}")
            if found is None:
                raise ArtifactError(f"the model file lacks the array {prefix}.{name}; train the model again")
            fits = len(found.shape) == len(shape) and all(
                wanted in (None, length) for wanted, length in zip(shape, found.shape, strict=True)
            )
            if found.dtype != kind or not fits:
                raise ArtifactError(f"the array {prefix}.{name} is of another type or shape; train the model again")
            return found

        channels: list[Channel] = []
        for name in names:
            first = channels[-1].novelty + 1 if channels else 0
            keys = array(f"{name}.keys", np.uint64, None)
            if (keys[1:] <= keys[:-1]).any():
                raise ArtifactError(f"the array {prefix}.{name}.keys is out of order; train the model again")
            channels.append(Channel(name, keys, first))
        rows, outputs = channels[-1].novelty + 1, len(array("intercept", np.float64, None))
        weights, idf = array("weights", np.int8, rows, outputs), array("idf", np.float32, rows)
        intercept, scale = array("intercept", np.float64, outputs), array("scale", np.float64, outputs)
        if not (np.isfinite(idf).all() and np.isfinite(intercept).all() and np.isfinite(scale).all()):
            raise ArtifactError(f"the arrays of {prefix} hold what is no number; train the model again")
        if (idf <= 0).any() or (scale <= 0).any():
            raise ArtifactError(f"the arrays of {prefix} hold weights below zero; train the model again")
        try:
            words = array("words", np.uint8, None).tobytes().decode().split("\n")
        except UnicodeDecodeError:
            raise ArtifactError(f"the array {prefix}.words is no text; train the model again") from None
        return cls(words, tuple(channels), idf, weights, intercept, scale)


CHARACTERS = ("chars", "clause_chars")
"""Channels whose grams are characters; those of all others are words."""
