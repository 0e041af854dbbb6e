"""Documents by name and sections by number, read from the database in few queries and kept for one text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from corpus.citations import known
from corpus.models import Document, Name, Section
from corpus.types import Filters, Kind

_SIGNS = {"section": ("§ ", "Section ", "s. ", "Sec. "), "art": ("Art. ", "Article "), "rule": ("Rule ", "")}
_ANY_SIGN = (*_SIGNS["section"], *_SIGNS["art"], *_SIGNS["rule"], "reg. ", "Regulation ", "cl. ", "Clause ")
_COLUMNS = ("document_id", "label", "entered_into_force", "valid_from", "valid_to")
MOST_STATUTES = 400
"""Documents that a number without a name is looked for in."""
OPINIONS_OF_A_CASE = 8
ENDS = 8
"""Labels read at each end of a document, for preambles and schedules stand there without a number."""
MOST_NAMES = 2000
_MANY_CASES = frozenset({"united states", "state", "people", "commonwealth"})  # parties of thousands of cases
_CHUNK = 2000  # values of one query; databases limit them


class Catalogue:
    """The part of the shelf that the filters allow. Lives for one text, so that each fact is read once."""

    def __init__(self, filters: Filters) -> None:
        self.filters = filters
        self._called: dict[str, list[Document]] = {}
        self._sections: dict[str, list[Section]] = {}
        self._statutes: list[Document] | None = None
        self._ends: dict[int, list[str]] = {}

    def load(self, names: Iterable[str]) -> None:
        """Read all documents of these names in one query."""
        wanted = {Name.normalise(name) for name in names} - self._called.keys() - {""}
        self._called.update({name: [] for name in wanted})
        for some in _chunks(wanted):
            for row in self._named(name__in=some):
                self._called[row.name].append(row.document)

    def called(self, names: Iterable[str]) -> list[Document]:
        """Documents that go by one of these names."""
        names = [name for name in names if name]
        self.load(names)
        found = {one.pk: one for name in names for one in self._called.get(Name.normalise(name), ())}
        return list(found.values())

    def cases(self, name: str) -> list[Document]:
        """Judgments whose name begins with the same party."""
        first, _, second = Name.normalise(name).partition(" v ")
        begin = f"{first} v"
        if first in _MANY_CASES:
            begin += f" {second.split()[0]}" if second else ""
        # A range, for an index serves it; LIKE with an escape does not use one.
        rows = self._named(name__gte=begin, name__lt=begin[:-1] + chr(ord(begin[-1]) + 1))
        documents = {row.document_id: row.document for row in rows}
        return [document for document in documents.values() if document.kind == Kind.JUDGMENT]

    def _named(self, **names: Any) -> list[Name]:
        """Rows of names, permitted ones. The names lead the query: they are few, the shelf's documents many."""
        rows = Name.objects.filter(**names).select_related("document").order_by("document_id")
        # Counted behind the permission: names of what a reader may not see must not crowd out what he may.
        permitted = (row for row in rows.iterator(_CHUNK) if self._permits(row.document))
        return list(islice(permitted, MOST_NAMES))

    def _permits(self, document: Document) -> bool:
        limits = (
            (self.filters.collections, document.collection_id),
            (self.filters.jurisdictions, document.jurisdiction),
            (self.filters.documents, document.pk),
        )
        return all(allowed is None or value in allowed for allowed, value in limits)

    def constitutions(self) -> list[Document]:
        return list(Document.objects.filter(kind=Kind.CONSTITUTION, **self._allowed()))

    def statutes(self) -> list[Document]:
        """Everything with numbered sections; judgments have none."""
        if self._statutes is None:
            rows = Document.objects.filter(**self._allowed()).exclude(kind=Kind.JUDGMENT)
            self._statutes = list(rows[:MOST_STATUTES])
        return self._statutes

    def load_sections(self, places: Iterable[tuple[str, str]]) -> None:
        """Read the sections of (document name, number) pairs in one query."""
        labels: set[str] = set()
        for name, number in places:
            documents = self.called(known.synonyms(name)) if name and number else []
            labels.update(label for one in documents for label in _labels(one, number, _ANY_SIGN))
        self._read(labels)

    def sections(self, documents: Sequence[Document], number: str, *, sign: str = "") -> list[Section]:
        """Sections of exactly this number, of all days."""
        signs = _SIGNS.get(sign, _ANY_SIGN)
        labels = [label for one in documents for label in _labels(one, number, signs)]
        self._read(labels)
        ids = {document.pk for document in documents}
        found = {row.pk: row for label in labels for row in self._sections[label] if row.document_id in ids}
        return list(found.values())

    def ends(self, document: Document) -> list[str]:
        """The first and last labels of a document, in its order: to say what is held instead of what is not."""
        if document.pk not in self._ends:
            rows = Section.objects.filter(document=document).values_list("label", flat=True)
            last = list(rows.order_by("-position")[:ENDS])
            self._ends[document.pk] = [*rows.order_by("position")[:ENDS], *reversed(last)]
        return self._ends[document.pk]

    def opinions(self, documents: Sequence[Document]) -> list[int]:
        rows = Section.objects.filter(document__in=documents).order_by("position")
        return list(rows.values_list("pk", flat=True)[:OPINIONS_OF_A_CASE])

    def _read(self, labels: Iterable[str]) -> None:
        wanted = set(labels) - self._sections.keys()
        if not wanted:
            return
        self._sections.update({label: [] for label in wanted})
        for row in (
            Section.objects.filter(label__in=wanted).only(*_COLUMNS).order_by("document_id", "valid_from")
        ):
            self._sections[row.label].append(row)

    def _allowed(self) -> dict[str, Any]:
        limits = {
            "collection_id__in": self.filters.collections,
            "jurisdiction__in": self.filters.jurisdictions,
            "pk__in": self.filters.documents,
        }
        return {field: list(keys) for field, keys in limits.items() if keys is not None}


def _labels(document: Document, number: str, signs: Sequence[str]) -> list[str]:
    """Every way in which a label of this document may end with the number: whole, never its beginning."""
    # Publishers print dashes and capitals at will: `2000e–2`, `21-A`.
    spellings = (number, number.upper(), number.lower(), re.sub(r"-(?=[A-Za-z])", "", number))
    numbers = dict.fromkeys((*spellings, number.replace("-", "–")))
    names = dict.fromkeys(name for name in (document.short_title, document.citation) if name)
    return [f"{name} {sign}{one}" for name in names for one in numbers for sign in signs]


def _chunks(values: Iterable[str]) -> Iterator[list[str]]:
    ordered = sorted(values)
    return (ordered[place : place + _CHUNK] for place in range(0, len(ordered), _CHUNK))
