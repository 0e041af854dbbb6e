"""What kind of file some bytes are, by their beginning and not by their name. Pure, and it opens nothing."""

from __future__ import annotations

import re

from corpus.extraction.errors import NotSupported

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HTML = "text/html"
TEXT = "text/plain"

HEAD = 8192
"""How much of a file's beginning is looked at, and of its end where that is at hand, in bytes."""

_ADD = "Add PDF, Word (.docx), HTML or plain text."
_PICTURE = "It is a picture: save it as PDF and add that."
_ARCHIVE = "It is an archive: unpack it and add the files that are in it."
_OLD_OFFICE = "It is an old Office file (.doc), or one with a password: save it as .docx without a password and add that."
_OTHER_OFFICE = "It is another kind of document: save it as PDF or as Word (.docx) and add that."
_NO_LAW = f"It is a program or a recording. {_ADD}"

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLD_OFFICE),
    (b"{\\rtf", _OTHER_OFFICE),
    (b"%!PS", _OTHER_OFFICE),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"II*\0", _PICTURE),
    (b"MM\0*", _PICTURE),
    (b"BM", _PICTURE),
    (b"RIFF", _PICTURE),
    (b"\0\0\0\x0cjP  ", _PICTURE),
    (b"AT&TFORM", _PICTURE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"Rar!\x1a\x07", _ARCHIVE),
    (b"\xfd7zXZ\0", _ARCHIVE),
    (b"BZh", _ARCHIVE),
    (b"\x28\xb5\x2f\xfd", _ARCHIVE),
    (b"MZ", _NO_LAW),
    (b"\x7fELF", _NO_LAW),
    (b"ID3", _NO_LAW),
    (b"OggS", _NO_LAW),
)
_SHORT = 4
"""Shorter signatures are also the beginnings of words: they count only where the rest is not text."""

_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_BINARY_SHARE = 0.02
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a")) + b"\x7f"

_PDF_HEADER = re.compile(rb"%PDF-\d")
_PDF_WITHIN = 1024
_PROLOGUE = re.compile(r"\s*(?:<\?xml\b[^>]*\?>|<!--.*?-->|<\?[^>]*\?>|\s+)*", re.DOTALL)
_PAGE = re.compile(r"<!doctype\s+html\b|<(?:html|head|body|title|meta|frameset)\b", re.IGNORECASE)
_ELEMENT = re.compile(
    r"<(?:p|div|h[1-6]|table|ul|ol|li|span|center|font|br|a|b|i|pre|section|article|main)\b[^<>]*>",
    re.IGNORECASE,
)
_XML = re.compile(r"\s*<(?:\?xml|svg|[a-z][\w.-]*(?::[\w.-]+)?\s[^<>]*xmlns)\b", re.IGNORECASE)
_MAIL = re.compile(r"^mime-version:.*^content-type:\s*multipart/", re.IGNORECASE | re.DOTALL | re.MULTILINE)


def media_type(head: bytes, name: str, tail: bytes = b"") -> str:
    """One of the four media types that are read.

    `head` is the beginning of the file, `tail` its end (each at least HEAD bytes where the file has them): the directory
    of a zip file is at its end. Raises NotSupported with what is there instead and what to do.
    """
    if not head:
        raise NotSupported("The file is empty: 0 bytes arrived. Add it again from where it is whole.")
    found = _by_content(head, name.lower(), tail)
    _expect(found, name.lower())
    return found


def _by_content(head: bytes, name: str, tail: bytes) -> str:
    if head.lstrip(b"\xef\xbb\xbf\0\t\n\f\r ").startswith(b"%PDF-"):
        return PDF
    if head.startswith(b"PK\x03\x04"):
        return _zipped(head, name, tail)
    _refuse_signatures(head)
    text = _as_text(head)
    kind = None if text is None else _marked_up(text, name)
    late = _PDF_HEADER.search(head[:_PDF_WITHIN])  # some programs put their own lines before the header
    if late and kind != HTML and (kind is None or name.endswith(".pdf")):
        return PDF
    if kind is not None:
        return kind
    if name.endswith(".pdf"):
        raise NotSupported("It is named .pdf but is no PDF, or its beginning is damaged. Get the file again.")
    raise NotSupported(f"It is not a kind of file that is read here. {_ADD}")


def _expect(found: str, name: str) -> None:
    """A name that promises PDF or Word over other content: the wrong file was saved, as a rule a page about an error."""
    what = {PDF: "a PDF", DOCX: "a Word file", HTML: "a web page", TEXT: "plain text"}[found]
    for ending, promised in ((".pdf", PDF), (".docx", DOCX)):
        if name.endswith(ending) and found != promised:
            raise NotSupported(
                f"It is named {ending} but is {what}. Get the file again, or rename it if that is what you mean."
            )


def _refuse_signatures(head: bytes) -> None:
    for signature, sentence in _SIGNATURES:
        sure = len(signature) > _SHORT or _as_text(head) is None or signature == b"%!PS"
        if sure and head.startswith(signature):
            raise NotSupported(sentence)
    if head[4:8] == b"ftyp":
        heic = head[8:12] in {b"heic", b"heix", b"mif1", b"avif"}
        raise NotSupported(_PICTURE if heic else _NO_LAW)
    if head[257:262] == b"ustar":
        raise NotSupported(_ARCHIVE)


def _zipped(head: bytes, name: str, tail: bytes) -> str:
    """Word files are zip files; so are other documents, and a PDF may hide in the first entry of one."""
    names = [*_entries(head, b"PK\x03\x04", 26, 30), *_entries(tail, b"PK\x01\x02", 28, 46)]
    if any(entry.startswith(b"word/") for entry in names):
        return DOCX
    if name.endswith(".pdf") and _PDF_HEADER.search(head[:_PDF_WITHIN]):
        return PDF
    if any(entry.startswith((b"xl/", b"ppt/", b"mimetype", b"META-INF/")) for entry in names):
        raise NotSupported(_OTHER_OFFICE)
    if name.endswith(".docx") and (not tail or b"[Content_Types].xml" in names):
        return DOCX  # as far as can be seen: pictures may come before the text
    raise NotSupported(_ARCHIVE)


def _entries(data: bytes, signature: bytes, length_at: int, name_at: int) -> list[bytes]:
    """Names in the zip headers of that signature; those that are cut off are cut off."""
    starts = [found.start() for found in re.finditer(re.escape(signature), data)]
    sizes = [int.from_bytes(data[start + length_at : start + length_at + 2], "little") for start in starts]
    return [data[at + name_at : at + name_at + size] for at, size in zip(starts, sizes, strict=True)]


def _as_text(head: bytes) -> str | None:
    """The beginning as text, roughly decoded; None where it is binary."""
    if encoding := _UTF16.get(head[:2]):
        text = head[2 : len(head) // 2 * 2].decode(encoding, "replace")
        odd = sum(char < " " and char not in "\t\n\v\f\r" for char in text) + text.count("\ufffd")
        return text if odd <= len(text) * _BINARY_SHARE else None
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls > max(len(head) * _BINARY_SHARE, 1):
        return None
    return head.decode("utf-8", "replace").removeprefix("\ufeff")


def _marked_up(text: str, name: str) -> str:
    """HTML, or plain text; XML and mail in parts are neither."""
    start = _PROLOGUE.match(text)
    rest = text[start.end() :] if start else text
    named = name.endswith((".htm", ".html", ".xhtml"))
    if _PAGE.match(rest) or (named and _ELEMENT.search(text)):
        return HTML
    if _XML.match(text):
        raise NotSupported(f"It is XML, which has too many dialects to be read. {_ADD}")
    if _MAIL.search(text):
        raise NotSupported("It is mail or a web archive: save the document in it as PDF and add that.")
    return HTML if _ELEMENT.match(rest) else TEXT
