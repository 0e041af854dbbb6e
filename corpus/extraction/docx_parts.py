"""The parts of a Word file that hold its text, taken from the zip with a limit on each. Word files only, never macros."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from corpus.extraction.errors import Damaged, NeedsPassword, NotSupported, TooLarge

Element = etree._Element  # noqa: SLF001 - lxml has no public name for it

PART_BYTES = 32_000_000
"""The tree of a part may take twenty times its size in memory, and 1,000 printed pages take less than 10 MB."""
_KINDS = ("styles", "numbering", "footnotes", "endnotes")
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Roots of the XML; None where the file has no such part."""

    document: Element
    styles: Element | None
    numbering: Element | None
    footnotes: Element | None
    endnotes: Element | None
    title: str


def local(element: Element) -> str:
    """An element's name without its namespace: the two dialects of the format differ in nothing else."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def child(element: Element | None, *path: str) -> Element | None:
    """The first child of that name, of it the first child of the next."""
    for name in path:
        element = (
            next((found for found in element if local(found) == name), None) if element is not None else None
        )
    return element


def value(element: Element | None, name: str = "val") -> str:
    """An attribute in the element's own namespace; empty where either is missing."""
    return "" if element is None else element.get(f"{element.tag.rpartition('}')[0]}}}{name}", "")


def number(element: Element | None, default: int, name: str = "val") -> int:
    """An attribute as a whole number."""
    found = value(element, name)
    return int(found) if found.removeprefix("-").isdecimal() and len(found) < 10 else default


def read(path: Path) -> Parts:
    """Raises Damaged, NotSupported, NeedsPassword or TooLarge."""
    try:
        with zipfile.ZipFile(path) as archive:
            return _parts(archive)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError, zlib.error) as error:
        raise Damaged("The Word file is damaged and cannot be opened.") from error


def _parts(archive: zipfile.ZipFile) -> Parts:
    main = _main_part(archive)
    document = _xml(archive, main)
    if document is None or local(document) != "document":
        raise NotSupported("It is no Word document: save it as .docx and add that.")
    names = _related(archive, main)
    roots = {kind: _xml(archive, names[kind]) if kind in names else None for kind in _KINDS}
    return Parts(document=document, title=_title(archive), **roots)


def _main_part(archive: zipfile.ZipFile) -> str:
    return _related(archive, "").get("officeDocument", "word/document.xml")


def _related(archive: zipfile.ZipFile, part: str) -> dict[str, str]:
    """Kind of relation → name of the part, for one part; the whole file is the part without a name."""
    folder, name = posixpath.split(part)
    root = _xml(archive, posixpath.join(folder, "_rels", f"{name}.rels"))
    found: dict[str, str] = {}
    for relation in root if root is not None else ():
        kind = relation.get("Type", "").rpartition("/")[2]
        target = posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))
        if relation.get("TargetMode") != "External":
            found.setdefault(kind, target.lstrip("/"))
    return found


def _title(archive: zipfile.ZipFile) -> str:
    name = _related(archive, "").get("core-properties", "docProps/core.xml")
    root = _xml(archive, name)
    found = child(root, "title")
    return "" if found is None else found.text or ""


def _xml(archive: zipfile.ZipFile, name: str) -> Element | None:
    data = _bytes(archive, name)
    if data is None:
        return None
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Damaged("A part of the Word file is damaged.") from error
    # No word processor writes a DTD, and entities hide text.
    if root.getroottree().docinfo.internalDTD is not None:
        raise Damaged("A part of the Word file declares entities of its own.")
    return root


def _bytes(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """What the directory says of a size is a limit to what is unpacked, so it is checked first."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        return None
    if info.flag_bits & _ENCRYPTED:
        raise NeedsPassword("The Word file needs a password: save it without one and add it again.")
    if info.compress_type not in _METHODS:
        raise NotSupported("The Word file is packed in an unusual way: save it again as .docx and add that.")
    if info.file_size > PART_BYTES:
        raise TooLarge("The Word file unpacks to more than is read: divide it and add the parts.")
    with archive.open(info) as part:
        return part.read(PART_BYTES)
