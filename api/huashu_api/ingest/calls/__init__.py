"""Calls: what recognisers, quality systems and subtitle files write, as lists of turns."""
