"""Scoring a fitted TF-IDF + linear pipeline without scikit-learn.

For each channel a known gram's value is (1 + ln count) * idf, the vector is divided by its damped length (see
``DAMPING``), and the score is its product with the weights; channels and intercept add up. One more value, the
channel's *novelty*, stands for all grams that are not in the vocabulary: the square root of their number, times its own
idf. So a text of which little is known has a short known part and stays near the intercept, instead of being judged by
its few known words at full length.
Equal to the scikit-learn pipeline of ``huashu_training.pipeline`` to 1e-6.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any

import numpy as np
from numpy.typing import NDArray

from huashu.channels import GRAMS
from huashu.errors import ArtifactError
from huashu.features import CHANNELS, Span
from huashu.segment import Token

Floats = NDArray[np.float64]

DAMPING = 20.0
"""A channel's vector is divided by sqrt(its squared length + DAMPING squared): the weight of about ten middling grams.
A text of a few words keeps a short vector and so stays near the intercept, as little evidence should."""


@dataclass(frozen=True, slots=True)
class Read:
    """One source in one channel: its distinct ``rows`` (k,) and their ``values`` (k,), divided by the damped length;
    ``places`` (grams,) is where each gram stands among the rows, ``counts`` (k,) how often each row occurs."""

    rows: NDArray[np.intp]
    values: Floats
    places: NDArray[np.intp]
    counts: NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Channel:
    """One feature channel: ``vocabulary`` gram -> row, ``idf`` (rows + 1,), ``weights`` (rows + 1, outputs).

    The last row of ``idf`` and ``weights`` is the novelty. Weights are whole numbers, -127..127, in steps of the
    model's ``scale``.
    """

    name: str
    vocabulary: Mapping[str, int]
    idf: NDArray[np.float32]
    weights: NDArray[np.int8]

    def read(self, grams: Sequence[str]) -> Read:
        """Look the grams of one source up."""
        novelty = len(self.vocabulary)
        found = np.fromiter(map(self.vocabulary.get, grams, repeat(novelty)), np.intp, len(grams))
        rows, places, counts = np.unique(found, return_inverse=True, return_counts=True)
        values = np.where(rows == novelty, np.sqrt(counts), 1 + np.log(counts)) * self.idf[rows]
        return Read(rows, values / np.sqrt(values @ values + DAMPING**2), places, counts)

    def add_products(self, grams: Sequence[Sequence[str]], totals: Floats) -> None:
        """Add to ``totals`` (sources, outputs) the values of each source's grams times their weights, in steps."""
        novelty = len(self.vocabulary)
        sizes = [len(some) for some in grams]
        found = map(self.vocabulary.get, chain.from_iterable(grams), repeat(novelty))
        keys = np.repeat(np.arange(len(grams)) * (novelty + 1), sizes) + np.fromiter(found, np.intp, sum(sizes))
        unique, counts = np.unique(keys, return_counts=True)
        owners, rows = np.divmod(unique, novelty + 1)
        values = np.where(rows == novelty, np.sqrt(counts), 1 + np.log(counts)) * self.idf[rows]
        lengths = np.bincount(owners, values * values, minlength=len(grams))
        values /= np.sqrt(lengths + DAMPING**2)[owners]
        present, first = np.unique(owners, return_index=True)
        if len(present):
            totals[present] += np.add.reduceat(values[:, np.newaxis] * self.weights[rows], first)


@dataclass(frozen=True, slots=True)
class Contributions:
    """Parts of scores: ``starts`` and ``ends`` (n,) in the normalised text, ``parts`` (n, outputs)."""

    starts: NDArray[np.intp]
    ends: NDArray[np.intp]
    parts: Floats


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Channels, ``intercept`` (outputs,) and ``scale`` (outputs,), the weight of one step: a score for each output."""

    channels: tuple[Channel, ...]
    intercept: Floats
    scale: Floats

    def read(self, source: Any) -> list[Read]:
        """One source, channel by channel; :meth:`score_read` and :meth:`contributions` go on from there."""
        return [channel.read(GRAMS[channel.name](source)) for channel in self.channels]

    def score(self, source: Any) -> Floats:
        """Scores (outputs,) of one source; an empty one gives the intercept."""
        return self.score_read(self.read(source))

    def score_read(self, parts: Sequence[Read]) -> Floats:
        """Scores (outputs,) of what :meth:`read` gave."""
        total = self.intercept.copy()
        for channel, part in zip(self.channels, parts, strict=True):
            total += (part.values @ channel.weights[part.rows]) * self.scale
        return total

    def score_many(self, sources: Sequence[Any]) -> Floats:
        """Scores (sources, outputs); row by row the same values as :meth:`score`."""
        totals = np.zeros((len(sources), len(self.intercept)))
        for channel in self.channels:
            channel.add_products([GRAMS[channel.name](source) for source in sources], totals)
        return self.intercept + totals * self.scale

    def contributions(
        self, tokens: Sequence[Token], outputs: Sequence[int], parts: Sequence[Read] | None = None
    ) -> Contributions:
        """What each gram's occurrence adds to the scores of ``outputs``, with its place in the normalised text.

        A gram that occurs n times gives each place one n-th of its part; the novelty's part is shared by all unknown
        grams. The parts sum to score - intercept. ``parts`` are what :meth:`read` gave for ``tokens``, if it is there.
        """
        columns = list(outputs)
        spans: list[Span] = []
        shares = []
        for channel, part in zip(self.channels, parts or self.read(tokens), strict=True):
            spans += CHANNELS[channel.name][1](tokens)
            share = (part.values / part.counts)[:, np.newaxis] * channel.weights[part.rows][:, columns]
            shares.append((share * self.scale[columns])[part.places])
        places = np.array(spans, np.intp).reshape(-1, 2)
        return Contributions(places[:, 0], places[:, 1], np.concatenate(shares))

    def arrays(self, prefix: str) -> dict[str, NDArray[Any]]:
        """The model as plain arrays, named ``prefix.…``, for an ``.npz`` file."""
        arrays: dict[str, NDArray[Any]] = {f"{prefix}.intercept": self.intercept, f"{prefix}.scale": self.scale}
        for channel in self.channels:
            grams = "\n".join(sorted(channel.vocabulary, key=channel.vocabulary.__getitem__))
            arrays[f"{prefix}.{channel.name}.grams"] = np.frombuffer(grams.encode(), np.uint8)
            arrays[f"{prefix}.{channel.name}.idf"] = channel.idf
            arrays[f"{prefix}.{channel.name}.weights"] = channel.weights
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, NDArray[Any]], prefix: str, names: Sequence[str]) -> LinearModel:
        """The inverse of :meth:`arrays` for these channels; ArtifactError when something is missing or misshapen."""
        channels = []
        try:
            intercept, scale = arrays[f"{prefix}.intercept"], arrays[f"{prefix}.scale"]
            for name in names:
                grams = arrays[f"{prefix}.{name}.grams"].tobytes().decode().split("\n")
                idf = arrays[f"{prefix}.{name}.idf"]
                weights = arrays[f"{prefix}.{name}.weights"]
                if idf.shape != (len(grams) + 1,) or weights.shape != (len(grams) + 1, len(intercept)):
                    raise ArtifactError(f"the arrays of {prefix}.{name} do not fit each other; train the model again")
                channels.append(Channel(name, dict(zip(grams, range(len(grams)), strict=True)), idf, weights))
        except KeyError as error:
            raise ArtifactError(f"the model file lacks the array {error}; train the model again") from None
        return cls(tuple(channels), intercept, scale)
