"""The zip archives that workbooks and letters are."""

from __future__ import annotations

import zipfile
from typing import IO


def packed_problem(raw: IO[bytes], most: int) -> str:
    """What is wrong with the zip archive that a workbook or letter is: damage, or parts that come to more than ``most``
    bytes when unpacked."""
    try:
        with zipfile.ZipFile(raw) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return "is damaged or cut off"
    finally:
        raw.seek(0)
    return f"unpacks to more than {most >> 20} MB; split it" if size > most else ""
