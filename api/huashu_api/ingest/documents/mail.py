"""Mail (eml) and mailboxes (mbox)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage, MIMEPart
from email.parser import BytesParser

from huashu_api.ingest.documents.page import page_text
from huashu_api.ingest.encoding import encoding_of_bytes

MAX_MAIL = 64 << 20
"""Bytes of a mail with all that hangs on it."""
MAX_PARTS = 200
_FROM = b"From "


@dataclass(frozen=True, slots=True)
class Mail:
    """The ``text`` of a mail, its subject before its body, and what hangs on it, name and bytes."""

    text: str
    attached: tuple[tuple[str, bytes], ...]


def mail_of(data: bytes) -> Mail | str:
    """The mail in ``data``, or what is wrong with it."""
    if len(data) > MAX_MAIL:
        return f"the mail is larger than {MAX_MAIL >> 20} MB"
    try:
        message = BytesParser(policy=policy.default).parsebytes(data)
        if not isinstance(message, EmailMessage):
            return "is no mail"
        return _mail(message)
    except (ValueError, LookupError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as error:
        return f"is not a mail that can be read ({type(error).__name__})"


def _mail(message: EmailMessage) -> Mail:
    body = message.get_body(("plain", "html"))
    text = _text(body) if body is not None else ""
    subject = str(message["subject"] or "").strip()
    attached = []
    for number, part in enumerate(message.iter_attachments() if message.is_multipart() else (), 1):
        if number > MAX_PARTS:
            break
        data = part.get_payload(decode=True)
        if isinstance(data, bytes) and data:
            attached.append((part.get_filename() or f"{number}", data))
    return Mail("\n".join(filter(None, (subject, text.strip()))), tuple(attached))


def _text(part: MIMEPart) -> str:
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    charset = part.get_content_charset() or ""
    for encoding in (
        "gb18030" if charset.lower() in ("gb2312", "gbk") else charset,
        encoding_of_bytes(data) or "utf-8",
    ):
        try:
            text = data.decode(encoding)
            break
        except (LookupError, UnicodeDecodeError):
            continue
    else:
        text = data.decode("utf-8", "replace")
    return page_text(text) if part.get_content_type() == "text/html" else text


def mails_in(stream: io.BufferedReader) -> Iterator[bytes]:
    """The mails of a mailbox; one that is too large is cut off behind its limit, which makes it a reject."""
    mail: list[bytes] = []
    size = 0
    blank = True
    while line := stream.readline(1 << 16):
        if blank and line.startswith(_FROM):
            if mail:
                yield b"".join(mail)
            mail, size = [], 0
        elif size <= MAX_MAIL:
            mail.append(line[1:] if line.startswith(b">From ") else line)
            size += len(line)
        blank = not line.strip()
    if mail:
        yield b"".join(mail)
