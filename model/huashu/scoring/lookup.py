"""A table from whole numbers to rows that answers for a whole array at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""2**64 / golden ratio: multiplying by it spreads neighbouring keys over the table (Knuth's multiplicative hashing)."""

Keys = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Lookup:
    """Open addressing with linear probing: ``slots`` hold places in ``keys`` and ``rows``, or -1. The last key stands
    for no key; its row is what :meth:`find` answers for a key that is not in the table."""

    keys: Keys
    rows: NDArray[np.intp]
    slots: NDArray[np.int32]
    shift: np.uint64

    @classmethod
    def build(cls, keys: Keys, rows: NDArray[np.intp], missing: int) -> Lookup:
        """``keys`` are distinct; ``rows`` (same length) are what :meth:`find` answers, ``missing`` for others."""
        bits = max(4, (2 * len(keys)).bit_length())
        slots = np.full(1 << bits, -1, np.int32)
        table = cls(np.append(keys, np.uint64(0)), np.append(rows, missing), slots, np.uint64(64 - bits))
        left = np.arange(len(keys), dtype=np.int32)
        at = table._home(keys)
        while len(left):
            _, first = np.unique(at, return_index=True)  # one key a slot and round; the others try the next slot
            placed = first[slots[at[first]] < 0]
            slots[at[placed]] = left[placed]
            left, at = np.delete(left, placed), (np.delete(at, placed) + 1) & (len(slots) - 1)
        return table

    def _home(self, keys: Keys) -> NDArray[np.intp]:
        return ((keys * _SPREAD) >> self.shift).astype(np.intp)

    def find(self, keys: Keys) -> NDArray[np.intp]:
        """The row of each key."""
        at = self._home(keys)
        places = self.slots.take(at)
        missed = np.flatnonzero((self.keys.take(places) != keys) & (places >= 0))
        while len(missed):
            at[missed] = (at[missed] + 1) & (len(self.slots) - 1)
            places[missed] = self.slots.take(at[missed])
            missed = missed[(self.keys.take(places[missed]) != keys[missed]) & (places[missed] >= 0)]
        return self.rows.take(places)
