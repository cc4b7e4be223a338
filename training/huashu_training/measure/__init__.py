"""Figures of models: rates, metrics, spans, operating points, attacks, drift, a baseline to compare with."""
