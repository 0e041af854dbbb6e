"""HTML pages: block elements become paragraphs, lists get the numbers a browser would show, tables go row by row.

Nothing is fetched, no entity of the file's own is read, no script is run. What a browser would not show is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from corpus import flags
from corpus.extraction import characters, decoding, flowing, html_lines
from corpus.extraction.html_hidden import Element, text_of
from corpus.types import FileFacts, PageText

_CHARSET = re.compile(rb"<meta[^>]{0,500}?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_XML_CHARSET = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]+)", re.IGNORECASE)
_CHARSET_WITHIN = 4096
_PROLOGUE = re.compile(r"^\s*(?:<\?xml[^>]*\?>)?\s*(?:<!DOCTYPE[^\[>]*(?:\[[^\]]*\]\s*)?>)?", re.IGNORECASE)
_XHTML = re.compile(r"\s*<\?xml\b|[^>]{0,500}<html\b[^>]{0,500}xmlns", re.IGNORECASE)


def read(path: Path) -> Iterator[FileFacts | PageText]:
    """Facts, then the text as one page. Raises an ExtractionError."""
    root, flagged = _parsed(_text(path.read_bytes()))
    pages = flowing.pages([html_lines.lines(root, flagged)], reader="html", flagged=flagged)
    title = characters.clean("".join(map(text_of, root.iter("title"))))[0]
    heading = next((line.text for line in pages[0].lines if line.heading == 1), "")
    yield FileFacts(media_type="text/html", page_count=len(pages), title=title or heading)
    yield from pages


def _text(data: bytes) -> str:
    head = data[:_CHARSET_WITHIN]
    declared = _XML_CHARSET.match(head) or _CHARSET.search(head)
    return decoding.decode(data, declared[1].decode("ascii") if declared else "").replace("\0", "")


def _parsed(text: str) -> tuple[Element, list[str]]:
    """The tree, and flags: what breaks off or is nested too deeply is damaged."""
    if _XHTML.match(text) and (root := _as_xml(text)) is not None:
        return root, []
    text = _PROLOGUE.sub("", text)
    parser = etree.HTMLParser(
        encoding="utf-8", no_network=True, huge_tree=True, remove_comments=True, remove_pis=True
    )
    # An element in front: without any the parser would give no tree at all.
    root = etree.fromstring(f"<html>{text}".encode("utf-8", "replace"), parser)
    fatal = any(error.level_name == "FATAL" for error in parser.error_log)
    return root, [flags.DAMAGED] if fatal else []


def _as_xml(text: str) -> Element | None:
    """XHTML as what it is; None where it is not well formed or uses entities, which only HTML knows."""
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        return None
    if next(root.iter(etree.Entity), None) is not None:
        return None
    for element in root.iter(etree.Element):
        element.tag = str(element.tag).rpartition("}")[2].lower()
    return root if root.tag == "html" else None
