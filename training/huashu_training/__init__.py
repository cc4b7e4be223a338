"""Labelled documents -> a calibrated, measured model, and everything that says how good it is."""
