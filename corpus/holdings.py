"""What the shelves hold, counted in a few queries however much that is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace

from django.db.models import Count

from corpus.models import Collection, CollectionQuerySet, Document

FEW_DOCUMENTS = range(2, 13)
"""A shelf with so many is shown document by document."""
JURISDICTIONS = {"eu": "European Union", "gb": "United Kingdom", "in": "India", "us": "United States"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """What one shelf holds of one jurisdiction."""

    collection: Collection
    jurisdiction: str
    documents: int
    sections: int
    listed: tuple[Document, ...] = ()
    """The documents with their `section_count`, where they are few."""

    @property
    def jurisdiction_name(self) -> str:
        return jurisdiction_name(self.jurisdiction)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """All that a user may read."""

    collections: list[Collection]
    rows: list[Holding] = field(default_factory=list)

    @property
    def documents(self) -> int:
        return sum(row.documents for row in self.rows)

    @property
    def sections(self) -> int:
        return sum(row.sections for row in self.rows)

    @property
    def jurisdictions(self) -> dict[str, list[Holding]]:
        """Name of the jurisdiction → its holdings, the largest jurisdiction first."""
        found: defaultdict[str, list[Holding]] = defaultdict(list)
        for row in sorted(self.rows, key=lambda row: (-row.sections, row.collection.name)):
            found[row.jurisdiction_name].append(row)
        return dict(found)

    @property
    def codes(self) -> set[str]:
        return {row.jurisdiction for row in self.rows}

    @property
    def largest(self) -> int:
        """Sections of the largest holding: the length of the longest bar."""
        return max((row.sections for row in self.rows), default=0)

    @property
    def empty(self) -> bool:
        return self.sections == 0


def holdings(shelves: CollectionQuerySet) -> Holdings:
    """Count what the shelves hold, by shelf and jurisdiction, in two queries."""
    collections = {shelf.pk: shelf for shelf in shelves}
    counted = (
        Document.objects.filter(collection__in=collections)
        .order_by("collection_id", "jurisdiction")
        .values_list("collection_id", "jurisdiction")
        .annotate(document_count=Count("pk", distinct=True), section_count=Count("sections"))
    )
    rows = [
        Holding(collection=collections[pk], jurisdiction=code, documents=documents, sections=sections)
        for pk, code, documents, sections in counted
    ]
    return Holdings(collections=list(collections.values()), rows=rows)


def with_documents(held: Holdings) -> Holdings:
    """The same with the documents of the holdings that have few of them, in one more query."""
    small = [row.collection for row in held.rows if row.documents in FEW_DOCUMENTS]
    counted = Document.objects.filter(collection__in=small).annotate(section_count=Count("sections"))
    found: defaultdict[tuple[int, str], list[Document]] = defaultdict(list)
    for document in counted.order_by("-section_count", "pk"):
        found[document.collection_id, document.jurisdiction].append(document)
    rows = [
        replace(row, listed=tuple(found[row.collection.pk, row.jurisdiction]))
        if row.documents in FEW_DOCUMENTS
        else row
        for row in held.rows
    ]
    return Holdings(collections=held.collections, rows=rows)


def jurisdiction_name(code: str) -> str:
    """`European Union` for `eu`; a code that has no name here stands for itself."""
    country, _, part = code.partition("-")
    name = JURISDICTIONS.get(country, country.upper())
    return f"{name}, {part.upper()}" if part else name
