"""Documents, mail and archives."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from email.message import EmailMessage

import docx
import pytest
from pypdf import PdfWriter

from huashu_api.ingest import archives

from .reading import CALL, items, problems, sources

TEXT = "来电人反映，有人冒充刷卡机总部给他寄了一台机器，首笔扣了298元。"


def letter() -> bytes:
    document = docx.Document()
    document.add_paragraph("投诉信")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ["姓名", "某某", "诉求", TEXT], strict=True):
        cell.text = text
    document.add_paragraph("以上")
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


def test_a_letter_is_one_text_with_its_tables_in_place() -> None:
    assert sources(letter(), "信.docx") == [f"投诉信\n姓名\t某某\n诉求\t{TEXT}\n以上"]
    assert problems(letter()[:500], "信.docx") == ["is damaged or cut off"]


def pages(text: str | None) -> bytes:
    """A PDF of one page, written by hand: its font maps each code to one character of ``text``."""
    if text is None:
        writer = PdfWriter()
        writer.add_blank_page(100, 100)
        data = io.BytesIO()
        writer.write(data)
        return data.getvalue()
    codes = "".join(f"<{n:04X}> <{ord(char):04X}>\n" for n, char in enumerate(text, 1))
    cmap = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def\n"
        "1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
        f"{len(text)} beginbfchar\n{codes}endbfchar endcmap end end"
    ).encode()
    shown = f"BT /F1 12 Tf 10 50 Td <{''.join(f'{n:04X}' for n in range(1, len(text) + 1))}> Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 100]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(shown), shown),
        b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X"
        b"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(cmap), cmap),
    ]
    file, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(file))
    return file + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + end


def test_pages_are_read_when_they_hold_text() -> None:
    assert sources(pages(TEXT), "a.pdf") == [TEXT]
    assert problems(pages(None), "a.pdf") == ["holds pictures of text only; recognise it (OCR) first"]
    assert "damaged" in problems(b"%PDF-1.4 broken", "a.pdf")[0]


def mail(charset: str = "utf-8") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"] = "投诉刷卡机", "someone@mail.invalid"
    message.set_content(TEXT, charset=charset)
    message.add_attachment(
        "工单号,内容\n1,快递丢了三次没有人管\n".encode("gb18030"), "application", "octet-stream", filename="附件.csv"
    )
    return message


@pytest.mark.parametrize("charset", ["utf-8", "gb2312", "gb18030"])
def test_mail_is_its_subject_and_body_and_what_hangs_on_it(charset: str) -> None:
    found = items(mail(charset).as_bytes(), "a.eml")
    assert [(item.file, item.source) for item in found] == [
        ("a.eml", f"投诉刷卡机\n{TEXT}"),
        ("a.eml/附件.csv", "快递丢了三次没有人管"),
    ]


def test_a_page_in_a_mail_is_read_without_its_tags() -> None:
    message = EmailMessage()
    message["Subject"] = "投诉"
    message.set_content(f"<html><style>p{{}}</style><p>{TEXT}</p><div>谢谢&amp;再见</div></html>", subtype="html")
    assert sources(message.as_bytes(), "a.eml") == [f"投诉\n{TEXT}\n谢谢&再见"]


def test_a_mailbox_is_read_mail_by_mail() -> None:
    box = b"".join(b"From x Mon Jan  1 00:00:00 2025\n" + mail().as_bytes() + b"\n" for _ in range(3))
    assert [item.file for item in items(box, "a.mbox")][::2] == ["a.mbox/1", "a.mbox/2", "a.mbox/3"]


def archive(files: dict[str, bytes], **options: int) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return data.getvalue()


def tarball(files: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as packed:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            packed.addfile(info, io.BytesIO(content))
    return data.getvalue()


FILES = {
    "七月/一.txt": TEXT.encode(),
    "七月/信.docx": letter(),
    ".DS_Store": b"x",
    "../../etc/二.txt": "好的".encode("gb18030"),
}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.zip", archive(FILES)),
        ("a.tar", tarball(FILES)),
        ("a.tar.gz", gzip.compress(tarball(FILES))),
        ("a.zip", archive({"inner.zip": archive(FILES)})),
    ],
    ids=["zip", "tar", "tar.gz", "zip in zip"],
)
def test_archives_are_read_file_by_file(name: str, data: bytes) -> None:
    found = items(data, name)
    assert [item.source for item in found][::2] == [TEXT, "好的"]
    assert all(item.file.startswith("a.") and not item.problem for item in found)


def test_names_of_a_chinese_system_are_read() -> None:
    data = archive({"AAAA.txt": TEXT.encode()}).replace(b"AAAA", "工单".encode("gb18030"))
    assert [item.file for item in items(data, "a.zip")] == ["a.zip/工单.txt"]


def test_archives_have_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = archive({"a.txt": b"a" * (32 << 20), "b.txt": TEXT.encode()})
    assert problems(bomb, "a.zip") == [f"unpacks to more than {archives.RATIO} times its size", ""]
    deep = archive({"a.txt": TEXT.encode()})
    for _ in range(archives.MAX_DEPTH + 1):
        deep = archive({"a.zip": deep})
    assert "deep in one another" in problems(deep, "a.zip")[0]
    monkeypatch.setattr(archives, "MAX_MEMBERS", 2)
    many = archive({f"{n}.txt": TEXT.encode() for n in range(5)})
    assert problems(many, "a.zip") == ["", "", "the archive holds more than 2 files; the rest was not read"]
    locked = bytearray(archive({"a.txt": TEXT.encode()}))
    locked[locked.rindex(b"PK\x01\x02") + 8] |= 1
    assert problems(bytes(locked), "a.zip") == ["is protected by a password; pack it without one"]


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.wav", b"RIFF\x00\x00\x00\x00WAVE", "is a recording; transcribe it first"),
        ("a.png", b"\x89PNG\r\n\x1a\n\x00", "is a picture; recognise its text (OCR) first"),
        ("a.rar", b"Rar!\x1a\x07\x00", "is packed with RAR; pack it as .zip"),
        (
            "a.doc",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "is of an old form (.doc); save it as .docx, .eml or .txt",
        ),
        ("a.txt", b"", "the file is empty"),
        ("a.txt", bytes(range(256)) * 4, "the file holds binary data, not text"),
    ],
)
def test_what_is_no_text_is_refused_with_what_to_do(name: str, data: bytes, reason: str) -> None:
    assert problems(data, name) == [reason]


def test_a_transcript_in_a_letter_is_a_call() -> None:
    document = docx.Document()
    for turn in CALL:
        document.add_paragraph(f"{turn['role']}  00:{turn['begin'] // 1000:02}")
        document.add_paragraph(turn["words"])
    data = io.BytesIO()
    document.save(data)
    (turns,) = sources(data.getvalue(), "a.docx")
    assert [turn["words"] for turn in turns] == [turn["words"] for turn in CALL]
