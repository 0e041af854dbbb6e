"""What a PDF says of itself, and a second reading of its text, by pypdf. Runs in the reading process only."""

from __future__ import annotations

import logging
import signal
import struct
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

import pypdf
from pypdf.errors import LimitReachedError, PyPdfError

from corpus.extraction.errors import NeedsPassword

OPENING = 10.0
"""Seconds of processor time for opening a file."""
OUTLINE = 3.0
PAGE = 1.0
RUN = 25.0
"""For all pages of one process: then the other reader goes on alone."""
MOST_BOOKMARKS = 2_000
MOST_NOTES = 500

UNREADABLE = (
    PyPdfError,
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RuntimeError,  # RecursionError and NotImplementedError too
    OSError,
    MemoryError,
    EOFError,
    struct.error,
    zlib.error,
)
"""What broken files make Python libraries raise."""


class TooSlow(BaseException):
    """Out of its time; not an Exception, so that no library takes it for a fault of the file and goes on."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TooSlow in the block once it has used so much processor time. Main thread only."""
    signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds, 0.5)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise TooSlow


class Document:
    """An open PDF. Raises NeedsPassword, LimitReachedError, TooSlow and whatever is UNREADABLE."""

    def __init__(self, path: Path) -> None:
        logging.getLogger("pypdf").setLevel(logging.CRITICAL)
        pypdf.overwrite_configuration(jbig2dec_binary=None)
        with within(OPENING):
            self._reader = pypdf.PdfReader(path, strict=False)
            if self._reader.is_encrypted and not self._reader.decrypt(""):
                raise NeedsPassword
            self.count = len(self._reader.pages)
        self._left = RUN

    def text(self, number: int, most: int) -> str | None:
        """The text of page `number` from 1, in the order of the file; None where it cannot be read in time.

        Raises LimitReachedError where what the page draws unpacks to more than any page needs.
        """
        if self._left <= 0:
            return None
        before = time.process_time()
        try:
            with within(PAGE):
                return self._reader.pages[number - 1].extract_text()[:most]
        except LimitReachedError:
            self._check_content(number)
            return None
        except (*UNREADABLE, TooSlow):
            return None
        finally:
            self._left -= time.process_time() - before

    def _check_content(self, number: int) -> None:
        """A limit was met: of the size of the page's own content, or only of its parts (fonts, operators)?"""
        with suppress(TooSlow), within(PAGE):
            content = self._reader.pages[number - 1].get("/Contents")
            parts = _resolved(content)
            for part in parts if isinstance(parts, list) else [parts]:
                _resolved(part).get_data()

    def title(self) -> str:
        try:
            return str(self._reader.metadata.title or "") if self._reader.metadata else ""
        except UNREADABLE:
            return ""

    def labels(self) -> list[str]:
        """The labels of all pages, empty where the file has none."""
        try:
            with within(OUTLINE):
                return list(self._reader.page_labels) if "/PageLabels" in self._reader.root_object else []
        except (*UNREADABLE, TooSlow):
            return []

    def outline(self) -> tuple[tuple[int, str, int], ...]:
        """Bookmarks as in FileFacts; none where they cannot be read in time."""
        try:
            with within(OUTLINE):
                return tuple(self._bookmarks(self._reader.outline, 0))[:MOST_BOOKMARKS]
        except (*UNREADABLE, TooSlow):
            return ()

    def _bookmarks(self, entries: list[Any], depth: int) -> Iterator[tuple[int, str, int]]:
        for entry in entries:
            if isinstance(entry, list):
                yield from self._bookmarks(entry, depth + 1)
            else:
                page = self._reader.get_destination_page_number(entry)
                yield depth, str(entry.title or ""), (page or 0) + 1

    def is_active(self) -> bool:
        """Whether the file carries scripts, attachments, forms, or actions that start something."""
        try:
            root = self._reader.root_object
            names = _dictionary(root.get("/Names"))
            form = _dictionary(root.get("/AcroForm"))
            return (
                "/JavaScript" in names
                or "/EmbeddedFiles" in names
                or "/AA" in root
                or bool(form.get("/Fields") or form.get("/XFA"))
                or _starts_something(root.get("/OpenAction"))
            )
        except UNREADABLE:
            return False

    def is_page_active(self, number: int) -> bool:
        """Whether a note on the page does, or the page itself."""
        try:
            with within(PAGE):
                page = self._reader.pages[number - 1]
                notes = _resolved(page.get("/Annots")) or []
                return "/AA" in page or any(_is_active_note(note) for note in notes[:MOST_NOTES])
        except (*UNREADABLE, TooSlow):
            return False


def _resolved(value: Any) -> Any:
    return value.get_object() if hasattr(value, "get_object") else value


def _dictionary(value: Any) -> dict[str, Any]:
    value = _resolved(value)
    return value if isinstance(value, dict) else {}


def _starts_something(action: Any) -> bool:
    kind = _dictionary(action).get("/S")
    return kind in ("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE")


def _is_active_note(note: Any) -> bool:
    note = _dictionary(note)
    kind = note.get("/Subtype")
    return (
        kind in ("/FileAttachment", "/RichMedia", "/Screen")
        or _starts_something(note.get("/A"))
        or "/AA" in note
    )


__all__ = ["UNREADABLE", "Document", "LimitReachedError", "TooSlow"]
