"""What the shelves hold of the citations of one text: sections with their texts, read once, permitted ones only."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from corpus.models import Document, Section, SectionQuerySet
from corpus.structure.outline import Subdivision, outline
from corpus.types import Filters, Kind
from lawqa.verification.words import read_words

MOST_SECTIONS = 2_500
"""Of a document that is searched from end to end for words that do not stand where they are said to."""
MOST_FOUND = 40
MOST_SEARCHES = 100
"""Quotations of one text that are looked for beyond the sections that it cites."""
RUN = 4
"""Words in a row by which such sections are found."""
PLAIN = re.compile(r"[A-Za-z]+(?: [A-Za-z]+)+")


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a section on some day, as it is compared with what a text says of it."""

    section_id: int
    document_id: int
    path: str
    label: str
    heading: str
    text: str
    kind: str
    valid_from: dt.date | None
    valid_to: dt.date | None

    def subdivision(self, pin: Sequence[str]) -> Subdivision | None:
        """The subdivision that a pin cite names; None where the text does not show it."""
        wanted = tuple(pin)
        return next((part for part in outline(self.text) if part.marker and part.pin == wanted), None)


class Held:
    """Sections of the shelves that the filters allow. Lives for one text."""

    def __init__(self, filters: Filters) -> None:
        self._filters = filters
        self.as_of = filters.as_of
        self._searches = 0
        self._small: dict[int, bool] = {}
        self._texts: dict[int, Text] = {}
        self._documents: dict[int, Document] = {}

    def load(self, sections: Iterable[int], documents: Iterable[int]) -> None:
        """Read these rows by their keys in two queries."""
        wanted = set(sections) - self._texts.keys()
        self._texts.update({row.section_id: row for row in self._read(Section.objects.filter(pk__in=wanted))})
        self._documents.update(Document.objects.in_bulk(set(documents) - self._documents.keys()))

    def text(self, section: int) -> Text | None:
        return self._texts.get(section)

    def texts(self, sections: Iterable[int]) -> list[Text]:
        return [self._texts[key] for key in sections if key in self._texts]

    def document(self, key: int) -> Document | None:
        return self._documents.get(key)

    def others(self, text: Text) -> list[Text]:
        """The wordings of the same section on other days, the latest first."""
        rows = Section.objects.filter(document=text.document_id, path=text.path).exclude(pk=text.section_id)
        return sorted(self._read(rows), key=lambda row: row.valid_from or dt.date.min, reverse=True)

    def having(self, quotation: str, sections: Iterable[int]) -> list[Text]:
        """Those of the sections read so far that have some words of a quotation in a row."""
        run = _telling_run(quotation).casefold()
        return [text for text in self.texts(sections) if run and run in text.text.casefold()]

    def elsewhere(self, quotation: str, documents: Sequence[int]) -> Iterator[Text]:
        """Sections of these documents that have some words of a quotation in a row, those of the day first."""
        self._searches += 1
        if self._searches > MOST_SEARCHES:
            return
        run = _telling_run(quotation)
        small = [key for key in documents if self._is_small(key)]
        if not run or not small:
            return
        rows = Section.objects.filter(document__in=small, text__icontains=run).order_by("position", "pk")
        found = list(islice(self._read(rows), MOST_FOUND))
        yield from sorted(found, key=lambda row: not self.is_current(row))

    def _is_small(self, document: int) -> bool:
        if document not in self._small:
            count = Section.objects.filter(document=document).count()
            self._small[document] = count <= MOST_SECTIONS
        return self._small[document]

    def is_current(self, row: Text) -> bool:
        """Whether it is the law of the day."""
        day = self.as_of
        begun = row.valid_from is None or row.valid_from <= day
        return begun and (row.valid_to is None or row.valid_to > day)

    def _read(self, rows: SectionQuerySet) -> Iterator[Text]:
        if self._filters.collections is not None:
            rows = rows.filter(document__collection__in=self._filters.collections)
        columns = ("pk", "document_id", "path", "label", "heading", "text", "document__kind")
        for row in rows.values_list(*columns, "valid_from", "valid_to"):
            yield Text(*row)


def is_judgment(text: Text) -> bool:
    return text.kind == Kind.JUDGMENT


def _telling_run(quotation: str) -> str:
    """Some words in a row without a sign between them, the longest ones: a database finds them as they stand."""
    runs = []
    for match in PLAIN.finditer(" ".join(quotation.split())):
        words = match[0].split(" ")
        runs += [" ".join(words[at : at + RUN]) for at in range(max(1, len(words) - RUN + 1))]
    telling = [run for run in runs if any(word.is_content for word in read_words(run))]
    return max(telling, key=len, default="")
