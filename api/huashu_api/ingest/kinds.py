"""What kind of file it is: by its first bytes, then by its name."""

from __future__ import annotations

import re

SUFFIXES = {
    ".csv": "delimited", ".tsv": "delimited", ".tab": "delimited", ".psv": "delimited",
    ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "json", ".vcon": "json", ".parquet": "parquet",
    ".ass": "txt", ".ssa": "txt", ".lrc": "txt", ".srt": "txt", ".vtt": "txt",
    ".txt": "txt", ".md": "txt", ".log": "txt",
    ".eml": "mail", ".mbox": "mailbox", ".html": "page", ".htm": "page", ".mht": "mail", ".mhtml": "mail",
}  # fmt: skip
"""Ending of a name -> kind of a text file."""
_SHEETS = (".xlsx", ".xlsm", ".xlsb", ".xltx", ".ods", ".xls", ".et")
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NO_TEXT = (
    (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"), (b"BM", "a picture"),
    (b"RIFF", "a recording"), (b"ID3", "a recording"), (b"\xff\xfb", "a recording"), (b"OggS", "a recording"),
    (b"fLaC", "a recording"), (b"#!AMR", "a recording"),
)  # fmt: skip
_ADVICE = {"a picture": "recognise its text (OCR) first", "a recording": "transcribe it first"}
_PACKED = ((b"Rar!", "RAR"), (b"7z\xbc\xaf\x27\x1c", "7-Zip"), (b"\xfd7zXZ", "xz"), (b"BZh", "bzip2"))
_MAIL_HEAD = re.compile(
    rb"(?:(?:From|To|Subject|Date|Received|Return-Path|MIME-Version|Message-ID|Delivered-To|X-[\w-]{1,40})"
    rb":[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*){3}",
    re.I,
)


def kind_of(name: str, head: bytes) -> tuple[str, str]:
    """``(kind, problem)`` of a file with this ``name`` that begins with ``head``: a kind of ``SUFFIXES`` or
    ``sheets``, ``word``, ``pdf``, ``zip``, ``tar``; or what is wrong."""
    small = name.lower()
    ending = small[small.rfind(".") :] if "." in small.rsplit("/", 1)[-1] else ""
    if not head:
        return "", "the file is empty"
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(ending, head), ""
    if head.startswith(b"PAR1"):
        return "parquet", ""
    if head.startswith(b"%PDF") or b"%PDF-" in head[:1024]:
        return "pdf", ""
    if head.startswith(_OLD):
        if ending in (".doc", ".wps", ".msg", ".ppt"):
            return "", f"is of an old form ({ending}); save it as .docx, .eml or .txt"
        return "sheets", ""
    if head[257:262] == b"ustar":
        return "tar", ""
    for mark, what in _NO_TEXT:
        if head.startswith(mark) and b"\0" in head[:4096]:
            return "", f"is {what}; {_ADVICE[what]}"
    if head[4:8] == b"ftyp":
        return "", f"is a recording; {_ADVICE['a recording']}"
    for mark, what in _PACKED:
        if head.startswith(mark):
            return "", f"is packed with {what}; pack it as .zip"
    return _text_kind(ending, head), ""


def is_sheet(name: str) -> bool:
    """Whether a file goes by a workbook's name."""
    return name.lower().endswith(_SHEETS)


def _zipped(ending: str, head: bytes) -> str:
    """Workbooks and letters are zip archives, too; those under another name are told by their first members."""
    if ending in _SHEETS or b"xl/workbook" in head or b"opendocument.spreadsheet" in head[:200]:
        return "sheets"
    return "word" if ending in (".docx", ".docm", ".dotx") or b"word/document" in head else "zip"


def _text_kind(ending: str, head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if ending in SUFFIXES:
        kind = SUFFIXES[ending]
        return "jsonl" if kind == "json" and _are_lines(start) else kind
    if start[:1] == b"<" and (b"<html" in start[:2000].lower() or b"office:spreadsheet" in start[:4000]):
        return "page"
    if ending in _SHEETS:  # systems write tables of text or pages under this name
        return "page" if start[:1] == b"<" else "delimited"
    if start[:1] in (b"{", b"["):
        return "jsonl" if _are_lines(start) else "txt"
    if head.startswith(b"From ") and b"\nSubject:" in head[:8000]:
        return "mailbox"
    return "mail" if _MAIL_HEAD.match(head) else "txt"


def _are_lines(start: bytes) -> bool:
    """Whether JSON is an object a line: the first line ends one, and the next begins one."""
    line, feed, rest = start.partition(b"\n")
    return bool(feed) and line.rstrip()[:1] == b"{" and line.rstrip()[-1:] == b"}" and rest.lstrip()[:1] == b"{"
