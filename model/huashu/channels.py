"""Every feature channel by name: artifacts, scoring and training refer to channels by these names."""

from __future__ import annotations

from huashu.clauses import CLAUSE_GRAMS
from huashu.features import CHANNELS, Grams

DOCUMENT = tuple(CHANNELS)
"""Channels of the document model; a source is a token list."""
CLAUSE = tuple(CLAUSE_GRAMS)
"""Channels of the clause model; a source is a :class:`huashu.clauses.Clause`."""

GRAMS: dict[str, Grams] = {name: grams for name, (grams, _) in CHANNELS.items()} | CLAUSE_GRAMS
"""Name of a channel -> the grams of a source."""
