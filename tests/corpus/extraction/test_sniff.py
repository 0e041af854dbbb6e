"""The kind of a file is what its bytes are; what is not read is refused with what to do instead."""

from __future__ import annotations

import io
import random
import zipfile

import docx
import pytest

from corpus.extraction import NotSupported
from corpus.extraction.sniff import DOCX, HEAD, HTML, PDF, TEXT, media_type
from tests import bad_pdfs

NOISE = random.Random(4).randbytes(9000)  # noqa: S311 - the same bytes each time


def zipped(*names: str, stored: bytes = b"x") -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, stored)
    return target.getvalue()


def word() -> bytes:
    target = io.BytesIO()
    document = docx.Document()
    document.add_paragraph("The quay is closed on Sundays.")
    document.save(target)
    return target.getvalue()


def kind(data: bytes, name: str = "file") -> str:
    return media_type(data[:HEAD], name, data[-HEAD:])


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        pytest.param(bad_pdfs.law(), "act.pdf", PDF, id="pdf"),
        pytest.param(bad_pdfs.law(), "act", PDF, id="pdf-without-a-name"),
        pytest.param(b"\xef\xbb\xbf\r\n" + bad_pdfs.law(), "act.pdf", PDF, id="pdf-after-white-space"),
        pytest.param(b"X-Printer: 7\n" + bad_pdfs.law(), "act.pdf", PDF, id="pdf-after-lines-of-a-printer"),
        pytest.param(bad_pdfs.polyglot(), "act.pdf", PDF, id="pdf-with-a-zip-behind"),
        pytest.param(zipped("act.bin", stored=bad_pdfs.law()), "act.pdf", PDF, id="pdf-in-a-zip-named-pdf"),
        pytest.param(word(), "lease.docx", DOCX, id="word"),
        pytest.param(word(), "upload", DOCX, id="word-without-a-name"),
        pytest.param(zipped("a.jpg", "word/document.xml", stored=b"x" * 9000), "l.docx", DOCX, id="word-known-by-its-end"),
        pytest.param(b"<!DOCTYPE html><p>An Act", "act.html", HTML, id="html"),
        pytest.param(b"\n<!-- saved --><HTML><body>An Act", "act.txt", HTML, id="html-after-a-comment"),
        pytest.param("<html><p>An Act</p>".encode("utf-16"), "act.html", HTML, id="html-in-utf-16"),
        pytest.param(
            b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x">\n<html xmlns="http://www.w3.org/1999/xhtml">', "a.xhtml", HTML,
            id="xhtml",
        ),
        pytest.param(b"An Act <b>to amend</b> the law", "act.htm", HTML, id="html-without-a-beginning"),
        pytest.param(b"<p class=x>An Act</p>", "act", HTML, id="html-that-begins-with-a-paragraph"),
        pytest.param(b"<html><p>%PDF-1.7 is how a PDF begins", "a.html", HTML, id="html-about-pdf"),
        pytest.param(b"%PDF- is how a PDF begins"[5:], "a.txt", TEXT, id="text-about-pdf"),
        pytest.param(b"An Act about a < b, and <x> too", "act.txt", TEXT, id="text"),
        pytest.param("Müller v. Großmann § 7".encode("cp1252"), "case.txt", TEXT, id="text-in-a-legacy-encoding"),
        pytest.param("Закон о паромах".encode("koi8_r"), "act.txt", TEXT, id="text-in-cyrillic"),
        pytest.param("An Act".encode("utf-16"), "act.txt", TEXT, id="text-in-utf-16"),
        pytest.param(b"An\0 Act " + b"of words " * 50, "act.txt", TEXT, id="text-with-a-nul"),
        pytest.param(b"BMW v. Gore", "case.txt", TEXT, id="text-that-begins-like-a-bitmap"),
        pytest.param(b"MZ Holdings v. Rar Ltd", "case.txt", TEXT, id="text-that-begins-like-a-program"),
    ],
)  # fmt: skip
def test_what_is_read(data: bytes, name: str, expected: str) -> None:
    assert kind(data, name) == expected


def test_without_its_end_a_word_file_may_be_known_by_its_name_alone() -> None:
    data = zipped("a.jpg", "word/document.xml", stored=b"x" * 9000)
    assert media_type(data[:HEAD], "lease.docx") == DOCX
    with pytest.raises(NotSupported):
        media_type(data[:HEAD], "lease")


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        pytest.param(b"", "act.pdf", "empty", id="empty"),
        pytest.param(NOISE, "act.pdf", "no PDF", id="noise-named-pdf"),
        pytest.param(NOISE, "act.txt", "not a kind of file", id="noise-named-text"),
        pytest.param(b"<html><h1>404</h1>", "act.pdf", "web page", id="html-named-pdf"),
        pytest.param(b"An Act to amend the law", "act.pdf", "plain text", id="text-named-pdf"),
        pytest.param(word(), "lease.pdf", "Word file", id="word-named-pdf"),
        pytest.param(bad_pdfs.law(), "lease.docx", "a PDF", id="pdf-named-docx"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "lease.doc", ".docx", id="old-word"),
        pytest.param(b"{\\rtf1\\ansi An Act}", "act.rtf", "save it as PDF", id="rtf"),
        pytest.param(b"%!PS-Adobe-3.0\n%%Title: act", "act.ps", "save it as PDF", id="postscript"),
        pytest.param(b"\x89PNG\r\n\x1a\n" + b"\0" * 60, "scan.png", "picture", id="png"),
        pytest.param(b"\xff\xd8\xff\xe0\0\x10JFIF\0", "scan.jpg", "picture", id="jpeg"),
        pytest.param(b"II*\0\x08\0\0\0", "scan.tif", "picture", id="tiff"),
        pytest.param(b"\0\0\0\x18ftypheic\0\0\0\0", "scan.heic", "picture", id="heic"),
        pytest.param(zipped("act.txt"), "acts.zip", "unpack", id="zip"),
        pytest.param(zipped("a.pdf", stored=bad_pdfs.law()), "acts.zip", "unpack", id="zip-that-holds-a-pdf"),
        pytest.param(b"\x1f\x8b\x08\0" + b"\0" * 60, "acts.tar.gz", "unpack", id="gzip"),
        pytest.param(zipped("xl/workbook.xml"), "fees.xlsx", "another kind", id="spreadsheet"),
        pytest.param(zipped("mimetype", "content.xml"), "act.odt", "another kind", id="open-document"),
        pytest.param(b'<?xml version="1.0"?><act xmlns="urn:law"/>', "act.xml", "XML", id="xml"),
        pytest.param(
            b"MIME-Version: 1.0\nContent-Type: multipart/related;\n", "a.mht", "archive", id="web-archive"
        ),
        pytest.param(b"MZ\x90\0\x03\0\0\0\x04\0\0\0" + b"\0" * 60, "act.exe", "program", id="program"),
    ],
)
def test_what_is_refused(data: bytes, name: str, words: str) -> None:
    with pytest.raises(NotSupported, match=words) as refusal:
        kind(data, name)
    assert str(refusal.value).endswith(".")
