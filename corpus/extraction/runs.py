"""The whole of a file from its reading processes: runs of pages, second tries, totals, and what a failure means."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from corpus import flags
from corpus.extraction import messages, parent
from corpus.extraction.errors import (
    Damaged,
    ExtractionError,
    NeedsOCR,
    NeedsPassword,
    NotSupported,
    ReaderDied,
    TimedOut,
    TooLarge,
)
from corpus.extraction.limits import Limits
from corpus.extraction.recognition import Recognition
from corpus.types import FileFacts, PageText

PAGES_A_RUN = 60
MOST_DEATHS_IN_A_ROW = 5
"""So many pages that each kill their reader, one after the other: the rest is not tried."""

SENTENCES: dict[type[ExtractionError], str] = {
    NotSupported: "This is not a file that can be read: add a PDF, Word (DOCX), HTML or plain text file.",
    NeedsPassword: "The file needs a password: save a copy without one and add it again.",
    NeedsOCR: (
        "The file is pictures of pages only: needs text recognition (OCR). Install ocrmypdf or tesseract on the server"
        " and retry, or add a version with text."
    ),
    Damaged: "The file is damaged and cannot be opened: save it again with the program that made it, and add that copy.",
    TimedOut: "Reading the file took longer than allowed: retry, or divide it into smaller files.",
    ReaderDied: "The reading process died over this file: retry, or print it to a new PDF and add that.",
    TooLarge: "The file unpacks to more than the limit allows: divide it into smaller files, or print it to a new PDF.",
}
NOTHING_RECOGNISED = "The file is pictures of pages, and no text was recognised in them: add a sharper scan or a version with text."
EMPTY = "The file has neither text nor pictures: check that it is the right one."
MEANINGS: dict[str, type[ExtractionError]] = {
    **{kind.__name__: kind for kind in SENTENCES},
    "FileNotDecryptedError": NeedsPassword,
    "WrongPasswordError": NeedsPassword,
    "LimitReachedError": TooLarge,
    "MemoryError": TooLarge,
}
"""Name of an error's class, as the child reports it → what it means; every other name means Damaged."""


def extract(
    path: Path, media_type: str, limits: Limits, alive: Callable[[], None], *, first: int = 1
) -> Iterator[FileFacts | PageText]:
    """FileFacts once, then the pages from `first` on, in order, as they come.

    `alive` is called at least every two seconds while a process is awaited; what it raises ends the reading. Raises an
    ExtractionError; one that only the whole file shows (NeedsOCR, nothing readable) comes after the pages.
    """
    _check_size(path, limits)
    return _Reading(path, media_type, limits, alive, first).everything()


def _check_size(path: Path, limits: Limits) -> None:
    size = path.stat().st_size
    if not size:
        raise Damaged("The file is empty: check where it comes from and add it again.")
    if size > limits.file_bytes:
        raise TooLarge(
            f"The file has {size / 1e6:,.0f} MB; at most {limits.file_bytes / 1e6:,.0f} MB are read: divide it."
        )


def meaning(name: str) -> ExtractionError:
    """The error for a class name that a child reported, with its sentence."""
    kind = MEANINGS.get(name, Damaged)
    return kind(SENTENCES[kind])


@dataclass(slots=True)
class _Reading:
    """One file on its way; `next` is the page that is to be read next."""

    path: Path
    media_type: str
    limits: Limits
    alive: Callable[[], None]
    next: int
    last: int = 0
    facts: FileFacts | None = None
    characters: int = 0
    with_text: int = 0
    deaths_in_a_row: int = 0
    reason: ExtractionError | None = None
    """Why the first lost page was lost."""

    def everything(self) -> Iterator[FileFacts | PageText]:
        whole = self.next == 1
        recognition = Recognition(self.path, self.media_type, self.limits, self.alive)
        for found in recognition.within(self._all_runs()):
            if isinstance(found, PageText):
                self._count(found)
            yield found
        if whole:
            self._judge(recognition)

    def _all_runs(self) -> Iterator[FileFacts | messages.Page]:
        while self.facts is None or self.next <= self.last:
            for message in self._run():
                yield self._taken(message)

    def _run(self) -> Iterator[messages.Message]:
        """One run of pages; the page over which the process died or failed is tried once more alone."""
        end = (
            self.next + PAGES_A_RUN - 1 if self.facts is None else min(self.next + PAGES_A_RUN - 1, self.last)
        )
        why = yield from self._ask(end)
        if self.facts is None:
            raise meaning(why or "Damaged")
        if why and self.next <= self.last:
            why = yield from self._ask(self.next)
            if why:
                yield messages.Lost(self.next, why)
                self._count_death(why)
        elif not why:  # a process that has finished without a page will not find it at a second try
            for number in range(self.next, min(end, self.last) + 1):
                yield messages.Lost(number, "Damaged")

    def _ask(self, end: int) -> Generator[messages.Message, None, str]:
        """What a process says of pages `next` to `end`; returns why it ended early, empty when it did not."""
        order = parent.Order(
            path=self.path, media_type=self.media_type, first=self.next, last=end,
            with_facts=self.facts is None, limits=self.limits,
        )  # fmt: skip
        try:
            for message in parent.messages_of(order, self.alive):
                if isinstance(message, messages.Failed):
                    return message.why
                if not isinstance(message, messages.Done):
                    if not self._is_expected(message):
                        return ReaderDied.__name__
                    yield message
        except parent.OutOfTime:
            return TimedOut.__name__
        except parent.Death:
            return ReaderDied.__name__
        return ""

    def _is_expected(self, message: messages.Message) -> bool:
        """The facts come first and once, then one page after the other: a reader that says otherwise is not believed."""
        match message:
            case messages.Page(page, _):
                return self.facts is not None and page.number == self.next
            case messages.Lost(number, _):
                return self.facts is not None and number == self.next
            case _:
                return self.facts is None

    def _count_death(self, why: str) -> None:
        self.deaths_in_a_row += 1
        if self.deaths_in_a_row == MOST_DEATHS_IN_A_ROW:
            raise meaning(why)

    def _taken(self, message: messages.Message) -> FileFacts | messages.Page:
        """What is handed on of an expected message."""
        if isinstance(message, FileFacts):
            return self._accept(message)
        self.next += 1
        if isinstance(message, messages.Page):
            self.deaths_in_a_row = 0
            return message
        why = message.why if isinstance(message, messages.Lost) else ""
        self.reason = self.reason or meaning(why)
        lost = PageText(number=self.next - 1, reader="pdfium", flags=(flags.DAMAGED,))
        return messages.Page(lost, picture=False)

    def _accept(self, facts: FileFacts) -> FileFacts:
        if facts.page_count > self.limits.pages:
            raise TooLarge(
                f"The file has {facts.page_count:,} pages; at most {self.limits.pages:,} are read: divide it."
            )
        self.facts, self.last = facts, facts.page_count
        return facts

    def _count(self, page: PageText) -> None:
        found = messages.characters(page.lines)
        self.characters += found
        self.with_text += found > 0
        if self.characters > self.limits.text_chars:
            raise TooLarge(
                f"The file has more than {self.limits.text_chars:,} characters of text by page {page.number:,}:"
                " divide it."
            )

    def _judge(self, recognition: Recognition) -> None:
        """What only the whole file shows."""
        if self.with_text:
            return
        if self.reason is not None:
            raise self.reason
        if recognition.pictures:
            raise NeedsOCR(NOTHING_RECOGNISED if recognition.available else SENTENCES[NeedsOCR])
        raise NotSupported(EMPTY)
