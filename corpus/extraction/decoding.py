"""Bytes of text files become text, whatever encoding they are in."""

from __future__ import annotations

import codecs
import re

BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_STRAY = "\udc80"
_BEYOND = re.compile("[^\0-\x7f]")
_STRAYS = re.compile("[\udc80-\udcff]+")
_GUESSED_FROM = 65_536
_LEGACY = [
    "cp1251", "cp1253", "cp1255", "cp1256", "koi8_r", "shift_jis", "euc_jp", "gb18030", "big5", "euc_kr", "cp874",
]  # fmt: skip
_RUNS = re.compile(rb"[\x80-\xff]{3,}")
"""In Latin letters, bytes above 127 stand alone or in pairs."""
_SEVEN_BITS = ("iso2022", "hz")
_NO_CHARSET = ("utf-16", "utf-32", "utf-7", "idna", "punycode", "unicode_escape", "raw_unicode_escape")


def decode(data: bytes, declared: str = "") -> str:
    """The text, without its byte order mark: by that mark, else UTF-8, else as declared, else by guess.

    What fits no encoding becomes U+FFFD. Text of another encoding is hardly ever valid UTF-8, but pages that declare
    another and are in UTF-8 are common; only encodings of seven bits can be taken for UTF-8.
    """
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    known = _known(declared)
    for encoding in (known, "utf-8") if known.startswith(_SEVEN_BITS) else ("utf-8", known):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return _mixed(data) or data.decode(_guess(data), "replace")


def _mixed(data: bytes) -> str:
    """UTF-8 with strays of Windows-1252, as pasting together makes it; empty where it is mostly something else."""
    text = data.decode("utf-8", "surrogateescape")
    beyond = _BEYOND.findall(text)
    strays = sum(_STRAY <= char <= "\udcff" for char in beyond)
    if strays * 2 > len(beyond):
        return ""
    return _STRAYS.sub(
        lambda found: found[0].encode("utf-8", "surrogateescape").decode("cp1252", "replace"), text
    )


def _known(declared: str) -> str:
    """The codec of a declared name; UTF-8 where it is none. Browsers read latin-1 as Windows-1252, so it is that."""
    try:
        name = codecs.lookup(declared.strip().strip("\"'")).name
    except (LookupError, ValueError):
        return "utf-8"
    if name in {"iso8859-1", "ascii"}:
        return "cp1252"
    # A page that names UTF-16 in letters of one byte is not in UTF-16; the others are no encodings of pages.
    return "utf-8" if name.startswith(_NO_CHARSET) or not _is_text(name) else name


def _is_text(codec: str) -> bool:
    try:
        return isinstance(b"a".decode(codec), str)
    except (LookupError, UnicodeError):
        return False


def _guess(data: bytes) -> str:
    from charset_normalizer import from_bytes

    start = data[:_GUESSED_FROM]
    high = sum(byte > 0x7F for byte in start)
    if 2 * sum(map(len, _RUNS.findall(start))) < high:
        return "cp1252"  # the quotation marks, dashes and accents of western European text
    best = from_bytes(start, cp_isolation=_LEGACY).best()
    return best.encoding if best else "cp1252"
