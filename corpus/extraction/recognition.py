"""Pages that are pictures get their text from text recognition, where it is installed, in processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from corpus import flags
from corpus.extraction import messages, ocr, parent
from corpus.extraction.limits import Limits
from corpus.types import FileFacts, PageText

PAGES_A_RUN = 4
"""Recognising text takes seconds a page."""


@dataclass(slots=True)
class Recognition:
    """Of one file. `pictures` counts the pages that are pictures without text, recognised or not."""

    path: Path
    media_type: str
    limits: Limits
    alive: Callable[[], None]
    pictures: int = 0
    available: bool | None = None
    """Whether text recognition is installed; None until a picture has been met."""
    _waiting: list[PageText] = field(default_factory=list)

    def within(self, found: Iterable[FileFacts | messages.Page]) -> Iterator[FileFacts | PageText]:
        """Everything that was found, in the same order, with the text of pictures."""
        for one in found:
            if isinstance(one, messages.Page) and one.picture and not one.text.lines:
                yield from self._wait(one.text)
                continue
            yield from self._recognised()
            yield one if isinstance(one, FileFacts) else one.text
        yield from self._recognised()

    def _wait(self, page: PageText) -> Iterator[PageText]:
        self.pictures += 1
        if self.available is None:
            self.available = ocr.available()
        if not self.available:
            yield page
            return
        self._waiting.append(page)
        if len(self._waiting) == PAGES_A_RUN:
            yield from self._recognised()

    def _recognised(self) -> Iterator[PageText]:
        """The pages that wait, with their text where it could be recognised."""
        waiting, self._waiting = self._waiting, []
        read = {page.number: page for page in self._read(waiting)} if waiting else {}
        for page in waiting:
            yield self._better(page, read.get(page.number))

    def _better(self, page: PageText, read: PageText | None) -> PageText:
        if read is None or not read.lines:
            return page
        marks = tuple(dict.fromkeys((*read.flags, *(flag for flag in page.flags if flag != flags.NO_TEXT))))
        return replace(read, label=page.label, flags=marks)

    def _read(self, waiting: list[PageText]) -> Iterator[PageText]:
        limits = replace(self.limits, wall_seconds=self.limits.wall_seconds * len(waiting))
        order = parent.Order(
            path=self.path, media_type=self.media_type, first=waiting[0].number, last=waiting[-1].number,
            recognise=True, limits=limits,
        )  # fmt: skip
        try:
            for message in parent.messages_of(order, self.alive):
                if isinstance(message, messages.Page):
                    yield message.text
        except parent.Death:
            return  # what was not recognised stays a picture
