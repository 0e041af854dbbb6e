"""The reading process: confines itself, reads one file, and writes what it found as lines on its output.

Only this process imports the libraries that read formats. Started by corpus.extraction.parent, never imported by it.
"""

from __future__ import annotations

import gc
import importlib
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from corpus.extraction import confinement, messages
from corpus.extraction.errors import NotSupported
from corpus.extraction.limits import Limits
from corpus.types import FileFacts, PageText

PDF = "application/pdf"
RARELY = (100_000, 20, 20)
"""Libraries of formats make many objects and few circles: looking for them rarely saves a tenth of the time."""
OCR = "corpus.extraction.ocr"
READERS = {
    PDF: "corpus.extraction.pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "corpus.extraction.docx",
    "text/html": "corpus.extraction.html",
    "application/xhtml+xml": "corpus.extraction.html",
    "text/plain": "corpus.extraction.text",
}
"""Media type → the module whose `read` yields FileFacts, then pages."""


@dataclass(frozen=True, slots=True)
class Order:
    """What to read: pages `first` to `last` of the file."""

    path: Path
    media_type: str
    first: int
    last: int
    with_facts: bool
    recognise: bool
    """Whether the pages are pictures whose text is to be recognised."""
    parent: int
    limits: Limits

    @property
    def reader(self) -> str:
        """The module that reads it; NotSupported where there is none."""
        if not self.recognise and self.media_type not in READERS:
            raise NotSupported
        return OCR if self.recognise else READERS[self.media_type]

    @classmethod
    def parse(cls, argument: str) -> Order:
        values: dict[str, Any] = json.loads(argument)
        values["path"] = Path(values["path"])
        values["limits"] = Limits(**values["limits"])
        return cls(**values)


def main() -> None:
    """Read what the first argument orders."""
    order = Order.parse(sys.argv[1])
    gc.set_threshold(*RARELY)
    sys.excepthook = _fail
    importlib.import_module(order.reader)
    confinement.confine(order.limits, order.parent, order.path)
    for message in _messages(order):
        _send(message)
    _send(messages.Done())


def _fail(kind: type[BaseException], _error: BaseException, _trace: TracebackType | None) -> None:
    """Whatever a library raises: only the name of its class leaves the process."""
    _send(messages.Failed(kind.__name__))


def _messages(order: Order) -> Iterator[messages.Message]:
    reader = importlib.import_module(order.reader)
    if order.recognise:
        yield from map(_message, reader.read(order.path, range(order.first, order.last + 1)))
    elif order.media_type == PDF:
        yield from reader.read(order.path, order.limits, order.first, order.last, with_facts=order.with_facts)
    else:
        for found in reader.read(order.path):
            if order.with_facts if isinstance(found, FileFacts) else found.number >= order.first:
                yield _message(found)


def _message(found: FileFacts | PageText) -> messages.Message:
    return found if isinstance(found, FileFacts) else messages.Page(found, picture=False)


def _send(message: messages.Message) -> None:
    sys.stdout.buffer.write(messages.encode(message))
    sys.stdout.buffer.flush()
