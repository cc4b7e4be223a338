"""Scoring tables, folders and streams of texts: every row is scored or rejected, and a run can be killed and resumed.

files -> reading (readers, columns, calls) -> chunks (scoring, journal) -> writers -> run, summary
"""
