"""Scoring tables, folders and streams of texts: every row is scored or rejected, and a run can be killed and resumed.

files -> readers (records, columns) -> run (chunks over processes) -> judge -> parts (journal) -> writers -> summary
"""
